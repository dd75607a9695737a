package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedWriter;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents. What is inserted by its key can be repeated without effect.
 */
final class MongoSeedWriter implements SeedWriter {

	private static final JsonWriterSettings EXTENDED = JsonWriterSettings.builder()
		.outputMode(JsonMode.EXTENDED)
		.build();

	private final MongoDatabase database;

	private final Optional<ClientSession> session;

	MongoSeedWriter(MongoDatabase database, Optional<ClientSession> session) {
		this.database = database;
		this.session = session;
	}

	@Override
	public int write(SeedData data) {
		MongoCollection<BsonDocument> collection = this.database.getCollection(data.target(), BsonDocument.class);
		List<BsonDocument> documents = data.rows().stream().map(MongoSeedWriter::document).toList();
		if (documents.isEmpty() || (data.mode() == Mode.IF_EMPTY && !isEmpty(collection))) {
			return 0;
		}
		if (data.mode() == Mode.IF_EMPTY) {
			insert(collection, documents);
			return documents.size();
		}
		String operator = (data.mode() == Mode.INSERT) ? "$setOnInsert" : "$set";
		List<WriteModel<BsonDocument>> writes = new ArrayList<>();
		for (BsonDocument document : documents) {
			writes.add(new UpdateOneModel<>(filter(document, data.key()), new BsonDocument(operator, document),
					new UpdateOptions().upsert(true)));
		}
		BulkWriteResult result = this.session.map((session) -> collection.bulkWrite(session, writes))
			.orElseGet(() -> collection.bulkWrite(writes));
		return result.getUpserts().size() + result.getModifiedCount();
	}

	/**
	 * Extended JSON, as in <code>{$oid: …}</code> and <code>{$date: …}</code>, becomes
	 * what it stands for.
	 */
	private static BsonDocument document(Map<String, @Nullable Object> row) {
		return BsonDocument.parse(new Document(row).toJson(EXTENDED));
	}

	private boolean isEmpty(MongoCollection<BsonDocument> collection) {
		return this.session.map((session) -> collection.find(session))
			.orElseGet(collection::find)
			.projection(new Document("_id", 1))
			.first() == null;
	}

	private void insert(MongoCollection<BsonDocument> collection, List<BsonDocument> documents) {
		if (this.session.isPresent()) {
			collection.insertMany(this.session.get(), documents);
		}
		else {
			collection.insertMany(documents);
		}
	}

	private static Bson filter(BsonDocument document, List<String> key) {
		return Filters.and(key.stream().map((field) -> Filters.eq(field, value(document, field))).toList());
	}

	private static BsonValue value(BsonDocument document, String field) {
		BsonValue value = document;
		for (String part : field.split("\\.")) {
			value = value.isDocument() ? value.asDocument().get(part, BsonNull.VALUE) : BsonNull.VALUE;
		}
		return value;
	}

}
