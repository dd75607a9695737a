package io.dbinit.mongodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import io.dbinit.Change;
import io.dbinit.PlannedChange;
import io.dbinit.PlannedChange.Risk;
import io.dbinit.PlannedChange.Warning;
import org.bson.Document;

/**
 * What planned changes may do to documents that are there.
 */
final class StructureWarnings {

	private final MongoDatabase database;

	StructureWarnings(MongoDatabase database) {
		this.database = database;
	}

	/**
	 * Return changes with their warnings.
	 */
	List<PlannedChange> addTo(List<PlannedChange> changes) {
		return changes.stream()
			.map((change) -> new PlannedChange(change.change(), change.reason(), change.statements(), of(change)))
			.toList();
	}

	private List<Warning> of(PlannedChange change) {
		List<Warning> warnings = new ArrayList<>();
		MongoCollection<Document> collection = this.database.getCollection(String.valueOf(change.change().target()));
		long documents = collection.estimatedDocumentCount();
		if (documents == 0) {
			return warnings;
		}
		String size = String.format(Locale.ROOT, "about %,d documents", documents);
		if (change.change().kind() == Change.Kind.DROP) {
			warnings.add(new Warning(Risk.BLOCKING,
					"queries that use the index read all documents until it is built anew (%s)".formatted(size)));
		}
		for (String statement : change.statements()) {
			Document command = Document.parse(statement);
			for (Document index : command.getList("indexes", Document.class, List.of())) {
				index(collection, index, size, warnings);
			}
			Document index = command.get("index", Document.class);
			if (index != null && index.containsKey("expireAfterSeconds")) {
				key(collection, index.getString("name")).ifPresent((key) -> expiry(collection, key, index, warnings));
			}
			if (command.containsKey("collMod") && command.containsKey("validator")) {
				validator(collection, command.get("validator", Document.class), warnings);
			}
		}
		return warnings;
	}

	private static Optional<Document> key(MongoCollection<Document> collection, String name) {
		return collection.listIndexes()
			.into(new ArrayList<>())
			.stream()
			.filter((index) -> name.equals(index.getString("name")))
			.findFirst()
			.map((index) -> index.get("key", Document.class));
	}

	private static void index(MongoCollection<Document> collection, Document index, String size,
			List<Warning> warnings) {
		if (index.getBoolean("unique", false)) {
			warnings.add(new Warning(Risk.MAY_FAIL, "the unique index '%s' fails if documents have the same values (%s)"
				.formatted(index.getString("name"), size)));
		}
		if (index.containsKey("expireAfterSeconds")) {
			expiry(collection, index.get("key", Document.class), index, warnings);
		}
	}

	private static void expiry(MongoCollection<Document> collection, Document key, Document index,
			List<Warning> warnings) {
		String field = key.keySet().iterator().next();
		long seconds = index.get("expireAfterSeconds", Number.class).longValue();
		Date limit = Date.from(Instant.now().minusSeconds(seconds));
		long expired = collection.countDocuments(Filters.lte(field, limit));
		if (expired > 0) {
			warnings.add(new Warning(Risk.DATA_LOSS,
					String.format(Locale.ROOT, "%,d documents have expired by '%s', and are deleted", expired, field)));
		}
	}

	private static void validator(MongoCollection<Document> collection, Document validator, List<Warning> warnings) {
		long others = collection.countDocuments(new Document("$nor", List.of(validator)));
		if (others > 0) {
			warnings.add(new Warning(Risk.MAY_FAIL, String.format(Locale.ROOT,
					"%,d documents do not match the validator: their updates are refused", others)));
		}
	}

}
