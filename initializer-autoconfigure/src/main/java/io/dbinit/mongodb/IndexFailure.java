package io.dbinit.mongodb;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import io.dbinit.InitializationException;
import org.bson.Document;

/**
 * Says why indexes could not be created.
 */
final class IndexFailure {

	private static final int DUPLICATE_KEY = 11000;

	private static final long PATIENCE_SECONDS = 5;

	private final CollectionDefinition collection;

	private final List<IndexDefinition> indexes;

	private final MongoCommandException cause;

	/**
	 * Create the explanation of a failure.
	 * @param collection the collection
	 * @param indexes the indexes that were created together
	 * @param cause the error of the server
	 */
	IndexFailure(CollectionDefinition collection, List<IndexDefinition> indexes, MongoCommandException cause) {
		this.collection = collection;
		List<IndexDefinition> named = indexes.stream()
			.filter((index) -> cause.getErrorMessage().contains(index.name()))
			.toList();
		this.indexes = (named.size() == 1) ? named : indexes;
		this.cause = cause;
	}

	RuntimeException explain(MongoDatabase database) {
		String names = this.indexes.stream().map((index) -> "'" + index.name() + "'").collect(Collectors.joining(", "));
		String message = "Failed to create %s %s on '%s': %s".formatted(
				(this.indexes.size() == 1) ? "index" : "indexes", names, this.collection.name(),
				this.cause.getErrorMessage());
		if (MongoErrors.isUnauthorized(this.cause)) {
			return this.collection.refused("create " + names, "'createIndex'", this.cause);
		}
		if (this.cause.getErrorCode() != DUPLICATE_KEY) {
			return new InitializationException(message,
					"Correct the definition at %s, or the collection.".formatted(this.indexes.get(0).where()),
					this.cause);
		}
		String duplicates = this.indexes.stream()
			.filter((index) -> index.document().get("unique", false))
			.map((index) -> duplicates(database, index))
			.collect(Collectors.joining());
		return new InitializationException(message + duplicates,
				"Remove the duplicates, or correct the definition at %s.".formatted(this.indexes.get(0).where()),
				this.cause);
	}

	/**
	 * Not every server names an example.
	 */
	private String duplicates(MongoDatabase database, IndexDefinition index) {
		Document key = new Document();
		Set<String> fields = index.document().get("key", Document.class).keySet();
		fields.forEach((field) -> key.append(field.replace('.', '_'), "$" + field));
		List<Document> pipeline = List.of(
				new Document("$match", index.document().get("partialFilterExpression", new Document())),
				new Document("$group", new Document("_id", key).append("count", new Document("$sum", 1))),
				new Document("$match", new Document("count", new Document("$gt", 1))), new Document("$limit", 1));
		try {
			Document duplicate = database.withTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
				.getCollection(this.collection.name())
				.aggregate(pipeline)
				.first();
			return (duplicate != null) ? "; '%s' would be violated by %s documents with %s".formatted(index.name(),
					duplicate.get("count"), values(fields, duplicate.get("_id", Document.class)).toJson()) : "";
		}
		catch (MongoException ex) {
			return "";
		}
	}

	/**
	 * A field that documents do not have counts as null.
	 */
	private static Document values(Set<String> fields, Document found) {
		Document values = new Document();
		fields.forEach((field) -> values.append(field, found.get(field.replace('.', '_'))));
		return values;
	}

}
