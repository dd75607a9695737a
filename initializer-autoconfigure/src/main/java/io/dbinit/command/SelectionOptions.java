package io.dbinit.command;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.Initializer;
import io.dbinit.MigrationStep;
import io.dbinit.Step;
import picocli.CommandLine.Option;

/**
 * The databases and the steps that a command is about.
 */
final class SelectionOptions {

	@Option(names = "--database", paramLabel = "NAME", description = "The database, all by default.")
	private List<String> databases = new ArrayList<>();

	@Option(names = "--step", paramLabel = "NAME", description = "The step, like 'liquibase', all by default.")
	private List<String> steps = new ArrayList<>();

	boolean isSelected(String database, Step step) {
		return (this.databases.isEmpty() || this.databases.contains(database))
				&& (this.steps.isEmpty() || this.steps.contains(step.name()));
	}

	/**
	 * Check that the names are those of databases and steps.
	 * @param initializer the initializer of the application
	 */
	void validate(Initializer initializer) {
		initializer.report().databases().forEach((database) -> {
		});
		List<String> databases = new ArrayList<>();
		List<String> steps = new ArrayList<>();
		initializer.report().databases().forEach((database) -> {
			databases.add(database.name());
			database.steps().forEach((step) -> steps.add(step.name()));
		});
		require("database", this.databases, databases);
		require("step", this.steps, steps);
	}

	static void require(String kind, List<String> wanted, List<String> known) {
		wanted.stream().filter((name) -> !known.contains(name)).findFirst().ifPresent((name) -> {
			throw new IllegalArgumentException(
					"There is no %s '%s', but: '%s'".formatted(kind, name, String.join("', '", known)));
		});
	}

	/**
	 * Find the one migration tool that is selected.
	 * @param initializer the initializer of the application
	 * @return the name of its database and the name of its step
	 */
	Tool tool(Initializer initializer) {
		validate(initializer);
		List<Tool> tools = new ArrayList<>();
		initializer.select((database, step) -> {
			if (step instanceof MigrationStep && isSelected(database, step)) {
				tools.add(new Tool(database, step.name()));
			}
			return null;
		});
		if (tools.size() != 1) {
			throw new IllegalArgumentException(
					tools.isEmpty() ? "There is no migration tool" : "Name one of them with '--database' and '--step': "
							+ String.join(", ", tools.stream().map(Tool::toString).toList()));
		}
		return tools.get(0);
	}

	/**
	 * A migration tool.
	 *
	 * @param database the name of its database
	 * @param step the name of its step
	 */
	record Tool(String database, String step) {

		boolean is(String database, Step step) {
			return this.database.equals(database) && this.step.equals(step.name());
		}

		@Override
		public String toString() {
			return "'%s' on '%s'".formatted(this.step, this.database);
		}

	}

}
