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
