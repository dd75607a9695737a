package io.dbinit.mongock;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.dbinit.MigrationVersions;
import io.dbinit.mongock.ChangeUnitDefinition.Change;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * The state of each change in Mongock's change log collection, read without Mongock.
 *
 * @param states the last relevant state of each change, by author and id, in the order in
 * which they were first recorded
 * @param ids the ids of the changes that were applied, in that order
 */
record ChangeLog(Map<List<String>, String> states, List<String> ids) {

	private static final String APPLIED = "EXECUTED";

	private static final Set<String> RELEVANT = Set.of(APPLIED, "ROLLED_BACK");

	private static final Bson FIELDS = Projections.include("author", "changeId", "changeLogClass", "state", "type");

	static ChangeLog read(MongoCollection<Document> collection) {
		Map<List<String>, String> states = new LinkedHashMap<>();
		for (Document entry : collection.find().projection(FIELDS).sort(Sorts.ascending("timestamp"))) {
			String state = entry.get("state", APPLIED);
			if (RELEVANT.contains(state) && !isInternal(entry)) {
				states.put(List.of(text(entry, "author"), text(entry, "changeId")), state);
			}
		}
		List<String> ids = states.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals(APPLIED))
			.map((entry) -> entry.getKey().get(1))
			.toList();
		return new ChangeLog(states, ids);
	}

	/**
	 * Mongock also records its system changes, and the part before the execution of some
	 * changes.
	 */
	private static boolean isInternal(Document entry) {
		return text(entry, "changeLogClass").startsWith("io.mongock.")
				|| text(entry, "type").equals("BEFORE_EXECUTION");
	}

	private static String text(Document entry, String field) {
		return entry.get(field, "");
	}

	boolean isApplied(Change change) {
		return APPLIED.equals(this.states.get(List.of(change.author(), change.id())));
	}

	MigrationVersions versions(List<ChangeUnitDefinition> units) {
		List<Change> changes = units.stream().flatMap((unit) -> unit.changes().stream()).toList();
		int pending = (int) changes.stream().filter((change) -> !isApplied(change)).count();
		return new MigrationVersions(last(this.ids), last(changes.stream().map(Change::id).toList()), pending);
	}

	private static @Nullable String last(List<String> ids) {
		return ids.isEmpty() ? null : ids.get(ids.size() - 1);
	}

	/**
	 * Return the changes that are not applied, or run always.
	 * @param units the change units
	 * @return the changes, in their order
	 */
	List<Change> due(List<ChangeUnitDefinition> units) {
		return units.stream()
			.flatMap((unit) -> unit.changes().stream())
			.filter((change) -> change.runAlways() || !isApplied(change))
			.toList();
	}

}
