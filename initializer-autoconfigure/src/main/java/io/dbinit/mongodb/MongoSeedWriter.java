package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.dbinit.Fingerprint;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedWriter;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.ObjectId;
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
		List<BsonDocument> documents = new ArrayList<>(data.rows().stream().map(MongoSeedWriter::document).toList());
		if (documents.isEmpty()) {
			return 0;
		}
		return (data.mode() == Mode.IF_EMPTY) ? writeIfEmpty(collection, documents)
				: write(collection, documents, data);
	}

	/**
	 * Without transactions a process may die after some of the documents. They have ids
	 * that follow from what they are, so that whoever comes next tells a collection that
	 * holds a part of them from one that is somebody else's.
	 */
	private int writeIfEmpty(MongoCollection<BsonDocument> collection, List<BsonDocument> documents) {
		for (int i = 0; i < documents.size(); i++) {
			identify(documents, i);
		}
		List<BsonValue> ids = documents.stream().map((document) -> document.get("_id")).toList();
		if (find(collection, Filters.nin("_id", ids)).first() != null) {
			return 0;
		}
		Set<BsonValue> present = find(collection, Filters.in("_id", ids)).map((document) -> document.get("_id"))
			.into(new HashSet<>());
		List<BsonDocument> absent = documents.stream()
			.filter((document) -> !present.contains(document.get("_id")))
			.toList();
		if (!absent.isEmpty()) {
			insert(collection, absent);
		}
		return absent.size();
	}

	private static void identify(List<BsonDocument> documents, int index) {
		BsonDocument document = documents.get(index);
		if (!document.containsKey("_id")) {
			String hash = Fingerprint.of(index + document.toJson(EXTENDED));
			BsonDocument identified = new BsonDocument("_id", new BsonObjectId(new ObjectId(hash.substring(0, 24))));
			identified.putAll(document);
			documents.set(index, identified);
		}
	}

	private int write(MongoCollection<BsonDocument> collection, List<BsonDocument> documents, SeedData data) {
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

	private FindIterable<BsonDocument> find(MongoCollection<BsonDocument> collection, Bson filter) {
		return this.session.map((session) -> collection.find(session, filter))
			.orElseGet(() -> collection.find(filter))
			.projection(Projections.include("_id"));
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
