package io.dbinit.seed;

import java.util.Set;

import io.dbinit.Change;
import io.dbinit.InitializationException;
import io.dbinit.StepContext;
import io.dbinit.definition.DefinitionNode;

/**
 * A seed that is defined in a file.
 *
 * @param definition the definition
 * @param data the content
 * @param version the version of the content
 * @param condition the condition under which it is applied
 */
record FileSeed(DefinitionNode definition, String id, String description, String database, Set<String> environments,
		boolean isRequired, Set<String> dependsOn, SeedData data, String version,
		SeedCondition condition) implements Seed {

	/**
	 * Return whether the version that was recorded when the seed was applied is that of
	 * its content.
	 */
	boolean isVersion(String recorded) {
		return recorded.equals(this.version)
				|| recorded.equals(SeedVersion.former(this.data, this.definition.get("table").isPresent()));
	}

	/**
	 * Check that the content can be stored, before any database is changed.
	 */
	void check(StepContext context) {
		try {
			context.unwrap(SeedWriter.class).check(this.data);
		}
		catch (InitializationException ex) {
			throw located(ex);
		}
	}

	@Override
	public void apply(StepContext context) throws Exception {
		try {
			SeedWriter writer = context.unwrap(SeedWriter.class);
			if (!this.condition.isMet(writer)) {
				context.progress("its condition is not met");
				return;
			}
			int written = writer.write(this.data);
			if (written > 0) {
				context.changed(Change.write(this.data.target(),
						"%d of %d into '%s'".formatted(written, this.data.rows().size(), this.data.target())));
			}
		}
		catch (InitializationException ex) {
			throw located(ex);
		}
	}

	/**
	 * Return this seed as one of a named database, in whose folders it was found.
	 */
	FileSeed in(String name) {
		boolean primary = this.database.equals("jdbc") || this.database.equals("mongodb");
		if (!primary && !this.database.equals(name)) {
			throw this.definition.require("database")
				.invalid("seed '%s' is for the database '%s', but is in a folder of '%s'".formatted(this.id,
						this.database, name), "Move it, or remove 'database'.");
		}
		return new FileSeed(this.definition, this.id, this.description, name, this.environments, this.isRequired,
				this.dependsOn, this.data, this.version, this.condition);
	}

	private InitializationException located(InitializationException ex) {
		return new InitializationException("%s (seed in %s)".formatted(ex.getMessage(), this.definition.where()),
				ex.getAction(), ex);
	}

}
