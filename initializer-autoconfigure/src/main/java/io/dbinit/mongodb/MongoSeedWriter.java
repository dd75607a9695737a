package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents. Inserts by key can be repeated without effect.
 */
final class MongoSeedWriter implements SeedWriter {

	private static final String ID = "_id";

	private final MongoDatabase database;

	private final Optional<ClientSession> session;

	MongoSeedWriter(MongoDatabase database, Optional<ClientSession> session) {
		this.database = database;
		this.session = session;
	}

	@Override
	public void check(SeedData data) {
		if (data.source() != null) {
			new SeedImport(this.database, data).check();
			return;
		}
		SeedDocument.of(data);
	}

	@Override
	public boolean isEmpty(String target, @Nullable DefinitionNode filter) {
		Bson documents = (filter != null) ? ExtendedJson.filter(filter) : Filters.empty();
		try {
			return find(this.database.getCollection(target, BsonDocument.class), documents).first() == null;
		}
		catch (MongoCommandException ex) {
			throw MongoErrors.refused("read from '" + target + "'", target, "'find'", ex);
		}
	}

	@Override
	public List<DefinitionNode> find(DefinitionNode place, String target, Map<String, DefinitionNode> key,
			@Nullable String column) {
		String field = (column != null) ? column : ID;
		Bson filter = Filters.and(key.entrySet()
			.stream()
			.map((entry) -> Filters.eq(entry.getKey(), ExtendedJson.data(entry.getValue())))
			.toList());
		MongoCollection<BsonDocument> collection = this.database.getCollection(target, BsonDocument.class);
		List<DefinitionNode> found = new ArrayList<>();
		this.session.map((session) -> collection.find(session, filter))
			.orElseGet(() -> collection.find(filter))
			.projection(Projections.include(field))
			.limit(2)
			.forEach((document) -> found.add(value(place, document, field)));
		return found;
	}

	private static DefinitionNode value(DefinitionNode place, BsonDocument document, String field) {
		BsonValue value = document;
		for (String part : field.split("\\.", -1)) {
			value = (value != null && value.isDocument()) ? value.asDocument().get(part) : null;
		}
		if (value == null) {
			throw new InitializationException("the document has no '" + field + "'", "Correct the reference.", null);
		}
		String json = new BsonDocument("v", value).toJson(SeedDocument.EXTENDED);
		return DefinitionReader.json(place.withText(json)).require("v");
	}

	@Override
	public int write(SeedData data, LongConsumer progress) {
		return (data.source() != null) ? new SeedImport(this.database, data).write(progress) : write(data);
	}

	@Override
	public int write(SeedData data) {
		List<SeedDocument> documents = SeedDocument.of(data);
		if (documents.isEmpty()) {
			return 0;
		}
		MongoCollection<BsonDocument> collection = this.database.getCollection(data.target(), BsonDocument.class);
		try {
			return data.isKeyed() ? write(collection, documents, data)
					: insert(collection, documents, data.mode() == Mode.IF_EMPTY);
		}
		catch (MongoCommandException ex) {
			throw MongoErrors.refused("write to '" + data.target() + "'", data.target(),
					"'find', 'insert' and 'update'", ex);
		}
	}

	/**
	 * Without transactions a process may die after some of the documents. Ids are derived
	 * from the content, so that a later run tells a partially written seed from the
	 * documents of the application.
	 */
	private int insert(MongoCollection<BsonDocument> collection, List<SeedDocument> documents, boolean ifEmpty) {
		List<BsonDocument> identified = new ArrayList<>();
		for (int i = 0; i < documents.size(); i++) {
			identified.add(identified(documents.get(i).fields(), i));
		}
		List<BsonValue> ids = identified.stream().map((document) -> document.get(ID)).toList();
		if (ifEmpty && find(collection, Filters.nin(ID, ids)).first() != null) {
			return 0;
		}
		Set<BsonValue> present = find(collection, Filters.in(ID, ids)).map((document) -> document.get(ID))
			.into(new HashSet<>());
		List<SeedDocument> absent = new ArrayList<>();
		List<WriteModel<BsonDocument>> inserts = new ArrayList<>();
		for (int i = 0; i < identified.size(); i++) {
			if (!present.contains(ids.get(i))) {
				absent.add(documents.get(i));
				inserts.add(new InsertOneModel<>(identified.get(i)));
			}
		}
		return inserts.isEmpty() ? 0 : bulkWrite(collection, inserts, absent).getInsertedCount();
	}

	private static BsonDocument identified(BsonDocument document, int index) {
		BsonValue id = document.get(ID);
		if (id == null) {
			String hash = Fingerprint.of(index + document.toJson(SeedDocument.EXTENDED));
			id = new BsonObjectId(new ObjectId(hash.substring(0, 24)));
		}
		BsonDocument identified = new BsonDocument(ID, id);
		identified.putAll(document);
		return identified;
	}

	int write(MongoCollection<BsonDocument> collection, List<SeedDocument> documents, SeedData data) {
		List<WriteModel<BsonDocument>> writes = new ArrayList<>();
		List<SeedDocument> written = new ArrayList<>();
		for (SeedDocument document : documents) {
			Bson filter = Filters
				.and(data.key().stream().map((field) -> Filters.eq(field, document.key(field))).toList());
			boolean parts = !data.update().isEmpty() || data.touch() != null;
			writes.add(new UpdateOneModel<>(filter, parts ? new BsonDocument("$setOnInsert", document.fields())
					: update(document.fields(), data.mode()), new UpdateOptions().upsert(true)));
			written.add(document);
			if (parts) {
				List<WriteModel<BsonDocument>> updates = updateOfParts(filter, document.fields(), data);
				writes.addAll(updates);
				updates.forEach((update) -> written.add(document));
			}
		}
		BulkWriteResult result = bulkWrite(collection, writes, written);
		return result.getUpserts().size() + result.getModifiedCount();
	}

	/**
	 * Only a document that differs is updated, as the time would change it each time.
	 */
	private static List<WriteModel<BsonDocument>> updateOfParts(Bson filter, BsonDocument fields, SeedData data) {
		BsonDocument parts = fields.clone();
		parts.remove(ID);
		data.key().forEach(parts::remove);
		if (!data.update().isEmpty()) {
			parts.keySet().retainAll(data.update());
		}
		if (parts.isEmpty()) {
			return List.of();
		}
		Bson differs = Filters
			.or(parts.entrySet().stream().map((part) -> Filters.ne(part.getKey(), part.getValue())).toList());
		BsonDocument update = new BsonDocument("$set", parts);
		if (data.touch() != null) {
			update.append("$currentDate", new BsonDocument(data.touch(), BsonBoolean.TRUE));
		}
		return List.of(new UpdateOneModel<>(Filters.and(filter, differs), update));
	}

	/**
	 * The id of a document never changes: it is set on insert only.
	 */
	private static BsonDocument update(BsonDocument fields, Mode mode) {
		if (!mode.updates()) {
			return new BsonDocument("$setOnInsert", fields);
		}
		BsonDocument update = new BsonDocument();
		BsonDocument others = fields.clone();
		BsonValue id = others.remove(ID);
		if (id != null) {
			update.append("$setOnInsert", new BsonDocument(ID, id));
		}
		return others.isEmpty() ? update : update.append("$set", others);
	}

	private BulkWriteResult bulkWrite(MongoCollection<BsonDocument> collection, List<WriteModel<BsonDocument>> writes,
			List<SeedDocument> documents) {
		String name = collection.getNamespace().getCollectionName();
		Supplier<BulkWriteResult> write = () -> this.session.map((session) -> collection.bulkWrite(session, writes))
			.orElseGet(() -> collection.bulkWrite(writes));
		try {
			return write.get();
		}
		catch (MongoBulkWriteException ex) {
			if (MongoErrors.isConflict(ex) || ex.getWriteErrors().isEmpty()) {
				throw ex;
			}
			BulkWriteError error = ex.getWriteErrors().get(0);
			throw refused(name, documents.get(error.getIndex()), error);
		}
	}

	/**
	 * Values are left out, as they may be secrets.
	 */
	static InitializationException refused(String collection, SeedDocument document, BulkWriteError error) {
		String row = "the row at %s".formatted(document.row().place());
		return switch (error.getCode()) {
			case MongoErrors.DUPLICATE_KEY -> new InitializationException(
					"'%s' refuses %s: another document has the same values in the unique index '%s'"
						.formatted(collection, row, MongoErrors.index(error.getMessage())),
					"Correct the row or the key of the seed, or remove the other document.", null);
			case MongoErrors.DOCUMENT_VALIDATION -> new InitializationException(
					"'%s' refuses %s: it does not match the validator of the collection".formatted(collection, row),
					"Correct the row, or the validator.", null);
			default ->
				new InitializationException(
						"'%s' refuses %s: %s"
							.formatted(collection, row,
									document.hasPlaceholders() ? "error " + error.getCode()
											: error.getMessage() + " (" + error.getCode() + ")"),
						"Correct the row.", null);
		};
	}

	private FindIterable<BsonDocument> find(MongoCollection<BsonDocument> collection, Bson filter) {
		return this.session.map((session) -> collection.find(session, filter))
			.orElseGet(() -> collection.find(filter))
			.projection(Projections.include(ID));
	}

}
