package io.dbinit.mongodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.dbinit.Definition;
import io.dbinit.PlanRecord;
import io.dbinit.Release;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The plans that an application attempted, and the things that it declares: documents
 * beside the marker, as a start with nothing to do does not read them.
 *
 * @param collection the collection of the marker
 * @param records the records of the application
 */
record PlanDocuments(MongoCollection<Document> collection, ApplicationRecords records) {

	private static final int KEPT = 50;

	private static final String PLAN = "plan";

	private static final String DEFINITIONS = "definitions";

	/**
	 * Return the plans, newest first.
	 */
	List<PlanRecord> plans() {
		return this.collection.find(isPlan())
			.sort(Sorts.descending("position"))
			.map(PlanDocuments::plan)
			.into(new ArrayList<>());
	}

	private Bson isPlan() {
		return Filters.and(Filters.eq("type", PLAN), Filters.eq("application", this.records.name()));
	}

	private static PlanRecord plan(Document document) {
		Date seenAt = document.getDate("seen_at");
		return new PlanRecord(document.getInteger("position"), (seenAt != null) ? seenAt.toInstant() : Instant.EPOCH,
				MongoDocuments.release(document), document.getBoolean("reverted", false),
				MongoDocuments.steps(document));
	}

	/**
	 * Add the newest plan, and forget the oldest one. The time is the server's.
	 */
	void add(Release release, Map<String, String> steps, int reverted) {
		this.collection.updateMany(Filters.and(isPlan(), Filters.gt("position", reverted)),
				Updates.set("reverted", true));
		Document newest = this.collection.find(isPlan()).sort(Sorts.descending("position")).first();
		int position = (newest != null) ? newest.getInteger("position") + 1 : 1;
		Document document = new Document("type", PLAN).append("application", this.records.name())
			.append("position", position)
			.append("reverted", false)
			.append(ApplicationRecords.RELEASE, MongoDocuments.release(release, null))
			.append("steps", MongoDocuments.steps(steps));
		this.collection.updateOne(Filters.eq("_id", "plan:%s:%d".formatted(this.records.key(), position)),
				Updates.combine(new Document("$set", document), Updates.currentDate("seen_at")),
				new UpdateOptions().upsert(true));
		this.collection.deleteMany(Filters.and(isPlan(), Filters.lte("position", position - KEPT)));
	}

	/**
	 * Return the things that other applications declare.
	 */
	Map<String, List<Definition>> otherDefinitions() {
		Map<String, List<Definition>> definitions = new LinkedHashMap<>();
		this.collection
			.find(Filters.and(Filters.eq("type", DEFINITIONS), Filters.ne("application", this.records.name())))
			.sort(Sorts.ascending("application"))
			.forEach((document) -> definitions.put(document.getString("application"),
					document.getList(DEFINITIONS, Document.class, List.of())
						.stream()
						.map(PlanDocuments::definition)
						.toList()));
		return definitions;
	}

	private static Definition definition(Document document) {
		return new Definition(document.getString("name"), document.getString("fingerprint"),
				Objects.requireNonNullElse(document.getString("where"), ""));
	}

	void declare(List<Definition> definitions) {
		String id = "definitions:" + this.records.key();
		if (definitions.isEmpty()) {
			this.collection.deleteOne(Filters.eq("_id", id));
			return;
		}
		this.collection.replaceOne(Filters.eq("_id", id),
				new Document("_id", id).append("type", DEFINITIONS)
					.append("application", this.records.name())
					.append(DEFINITIONS, definitions.stream().map(PlanDocuments::document).toList()),
				new ReplaceOptions().upsert(true));
	}

	private static Document document(Definition definition) {
		return new Document("name", definition.name()).append("fingerprint", definition.fingerprint())
			.append("where", definition.where());
	}

	/**
	 * Delete the documents of all applications.
	 */
	static void forgetAll(MongoCollection<Document> collection) {
		collection.deleteMany(Filters.in("type", PLAN, DEFINITIONS));
	}

}
