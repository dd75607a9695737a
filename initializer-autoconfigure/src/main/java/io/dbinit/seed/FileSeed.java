package io.dbinit.seed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

import io.dbinit.Change;
import io.dbinit.InitializationException;
import io.dbinit.StepContext;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.RowSource;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * A seed that is defined in a file.
 *
 * @param definition the definition
 * @param data the content
 * @param version the version of the content
 * @param condition the condition under which it is applied
 * @param references the references of all seeds
 * @param secrets its secrets
 */
record FileSeed(DefinitionNode definition, String id, String description, String database, Set<String> environments,
		boolean isRequired, Set<String> dependsOn, SeedData data, String version, SeedCondition condition,
		References references, SeedSecrets secrets) implements Seed {

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
			int written = writer.write(resolved(context, writer), new Progress(context));
			if (written > 0) {
				context.changed(Change.write(this.data.target(), (this.data.source() != null)
						? "%d from %s into '%s'".formatted(written, this.data.source(), this.data.target())
						: "%d of %d into '%s'".formatted(written, this.data.rows().size(), this.data.target())));
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
				this.dependsOn, this.data, this.version, this.condition, this.references, this.secrets);
	}

	/**
	 * Return an encoded password that is that of everyone.
	 */
	Optional<DefinitionNode> encodedDefaultPassword() {
		PasswordEncoding encoding = this.secrets.encoding();
		return (encoding != null) ? DefaultPasswords.encodedIn(this.data, encoding).stream().findFirst()
				: Optional.empty();
	}

	/**
	 * Return the tables and collections to whose rows this seed refers.
	 */
	Set<String> targets() {
		return this.references.targets(this.data.rows());
	}

	/**
	 * Return the data with the rows that it refers to, and with its secrets.
	 */
	private SeedData resolved(StepContext context, SeedWriter writer) throws Exception {
		References.Lookup lookup = this.references.lookup(writer);
		RowSource source = this.data.source();
		if (source != null) {
			return this.data.with(List.of(), source.map(lookup::resolveRow));
		}
		List<Row> rows = new ArrayList<>();
		for (Row row : this.data.rows()) {
			Map<String, @Nullable Object> values = lookup.resolve(row.values());
			boolean isThere = !this.secrets.fields().isEmpty() && this.data.isKeyed() && isThere(writer, values);
			rows.add(new Row(row.origin(), this.secrets.resolve(values, isThere, (file) -> context
				.changed(Change.write(this.data.target(), "a generated secret into '%s'".formatted(file))))));
		}
		return this.data.with(rows, null);
	}

	private boolean isThere(SeedWriter writer, Map<String, @Nullable Object> values) throws Exception {
		Map<String, DefinitionNode> key = SeedSecrets.key(this.data, values);
		return !key.isEmpty()
				&& !writer.find(this.definition, this.data.target(), key, this.data.key().get(0)).isEmpty();
	}

	private InitializationException located(InitializationException ex) {
		return new InitializationException("%s (seed in %s)".formatted(ex.getMessage(), this.definition.where()),
				ex.getAction(), ex);
	}

	/**
	 * Publishes how many rows of a file were read.
	 */
	private static final class Progress implements LongConsumer {

		private static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

		private final StepContext context;

		private final long begun = System.nanoTime();

		private long published = this.begun;

		Progress(StepContext context) {
			this.context = context;
		}

		@Override
		public void accept(long rows) {
			long now = System.nanoTime();
			if (now - this.published > PAUSE_NANOS) {
				this.published = now;
				long rate = Math.round(rows / ((now - this.begun) / 1e9));
				this.context.progress("%,d rows, %,d per second".formatted(rows, rate));
			}
		}

	}

}
