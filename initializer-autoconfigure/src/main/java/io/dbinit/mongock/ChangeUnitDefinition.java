package io.dbinit.mongock;

import java.util.Comparator;
import java.util.List;

/**
 * A class that holds changes, as its class file tells.
 *
 * @param className the name of the class
 * @param order the place among the classes, compared as text as Mongock does
 * @param changes its changes: one, unless it is of the older kind
 */
record ChangeUnitDefinition(String className, String order, List<Change> changes) {

	/**
	 * Mongock's order: those without a place come last, by the names of their classes.
	 */
	static final Comparator<ChangeUnitDefinition> ORDER = Comparator
		.comparing((ChangeUnitDefinition unit) -> unit.order().isBlank())
		.thenComparing(ChangeUnitDefinition::order)
		.thenComparing(ChangeUnitDefinition::className);

	boolean runsAlways() {
		return this.changes.stream().anyMatch(Change::runAlways);
	}

	/**
	 * A change, which Mongock knows by its id and author.
	 *
	 * @param id the id
	 * @param author the author
	 * @param runAlways whether it runs at every start
	 */
	record Change(String id, String author, boolean runAlways) {

		boolean is(String id, String author) {
			return this.id.equals(id) && this.author.equals(author);
		}

	}

}
