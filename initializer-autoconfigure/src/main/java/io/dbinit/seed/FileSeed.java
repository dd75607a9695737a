package io.dbinit.seed;

import java.util.Set;

import io.dbinit.Change;
import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.StepContext;

/**
 * A seed whose data stands in a file.
 *
 * @param location where it is defined, for messages
 * @param data what to write
 */
record FileSeed(String location, String id, String description, String database, Set<String> environments,
		boolean isRequired, Set<String> dependsOn, SeedData data) implements Seed {

	@Override
	public String version() {
		return Fingerprint.of("%s %s %s %s".formatted(this.data.target(), this.data.mode(), this.data.key(),
				Fingerprint.canonical(this.data.rows())));
	}

	@Override
	public void apply(StepContext context) throws Exception {
		int written = write(context.unwrap(SeedWriter.class));
		if (written > 0) {
			context.changed(Change.write(this.data.target(),
					"%d of %d into '%s'".formatted(written, this.data.rows().size(), this.data.target())));
		}
	}

	/**
	 * Return this seed as one of a named database, in whose folders it was found.
	 */
	FileSeed in(String name) {
		boolean primary = this.database.equals("jdbc") || this.database.equals("mongodb");
		if (!primary && !this.database.equals(name)) {
			throw new InitializationException(
					"Seed '%s' (%s) is for the database '%s', but is in a folder of '%s'".formatted(this.id,
							this.location, this.database, name),
					"Move it, or remove 'database'. No database was touched.", null);
		}
		return new FileSeed(this.location, this.id, this.description, name, this.environments, this.isRequired,
				this.dependsOn, this.data);
	}

	private int write(SeedWriter writer) throws Exception {
		try {
			return writer.write(this.data);
		}
		catch (InitializationException ex) {
			throw new InitializationException("%s (seed in %s)".formatted(ex.getMessage(), this.location),
					ex.getAction(), ex);
		}
	}

}
