package io.dbinit.flyway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.dbinit.Causes;
import io.dbinit.Change;
import io.dbinit.InitializationException;
import io.dbinit.MigrationVersions;
import io.dbinit.PlannedChange;
import io.dbinit.ToolContext;
import io.dbinit.flyway.FlywayStepProperties.InDoubt;
import io.dbinit.lock.LeaseLostException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.core.io.Resource;

/**
 * One run of one Flyway bean, with its configuration and the connection of the step.
 */
final class FlywayRun {

	private final FlywayBean bean;

	private final ToolContext context;

	private final List<String> doubtful;

	private final InDoubt inDoubt;

	FlywayRun(FlywayBean bean, ToolContext context, List<String> doubtful, InDoubt inDoubt) {
		this.bean = bean;
		this.context = context;
		this.doubtful = doubtful;
		this.inDoubt = inDoubt;
	}

	/**
	 * Return the pending migrations with their statements, as far as they are written in
	 * SQL. Their placeholders are not replaced, as values may be secrets.
	 */
	List<PlannedChange> plan(DataSource dataSource) throws Exception {
		Flyway declared = this.context.onCallingThread(this.bean::get);
		Flyway flyway = configure(declared.getConfiguration(), dataSource, null);
		try {
			return Arrays.stream(flyway.info().pending())
				.map((migration) -> new PlannedChange(
						Change.migrate(migration.getScript(), ProgressCallback.text(migration)), null,
						statements(migration), List.of()))
				.toList();
		}
		catch (FlywayException ex) {
			throw failure(ex);
		}
	}

	private List<String> statements(MigrationInfo migration) {
		if (migration.getPhysicalLocation() == null || !migration.getScript().endsWith(".sql")) {
			return List.of();
		}
		try {
			for (String prefix : List.of("classpath:", "file:")) {
				Resource resource = this.bean.context().getResource(prefix + migration.getPhysicalLocation());
				if (resource.exists()) {
					return List.of(resource.getContentAsString(StandardCharsets.UTF_8).strip());
				}
			}
			return List.of();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	/**
	 * Migrate.
	 * @param dataSource the connections of the step
	 * @param target the last version, {@code null} for the one of the bean
	 */
	void migrate(DataSource dataSource, @Nullable String target) throws Exception {
		Flyway declared = this.context.onCallingThread(this.bean::get);
		@Nullable FlywayMigrationStrategy strategy = this.context.onCallingThread(this.bean::strategy);
		Flyway flyway = configure(declared.getConfiguration(), dataSource, target);
		try {
			new OwnTables(flyway.getConfiguration(), this.context.unwrap(Connection.class)).hide();
			answerDoubts(flyway);
			if (strategy != null) {
				strategy.migrate(flyway);
			}
			else {
				flyway.migrate();
			}
			this.context.versions(versions(flyway.info()));
		}
		catch (FlywayException ex) {
			throw failure(ex);
		}
	}

	private Flyway configure(Configuration declared, DataSource dataSource, @Nullable String target) {
		Callback[] callbacks = Stream
			.concat(Arrays.stream(declared.getCallbacks()), Stream.of(new ProgressCallback(this.context)))
			.toArray(Callback[]::new);
		FluentConfiguration configuration = Flyway.configure(declared.getClassLoader())
			.configuration(declared)
			.dataSource(dataSource)
			.callbacks(callbacks);
		return ((target != null) ? configuration.target(target) : configuration).load();
	}

	/**
	 * A migration whose record is there was applied. Any other one may be applied in
	 * part, on a database that cannot roll it back.
	 */
	private void answerDoubts(Flyway flyway) {
		boolean repair = false;
		for (String change : this.doubtful) {
			MigrationInfo migration = find(flyway.info(), change);
			if (migration == null || !migration.getState().isApplied() || migration.getState().isFailed()) {
				if (this.inDoubt == InDoubt.FAIL) {
					throw new InitializationException(
							"The %s was begun by an earlier run on '%s' and did not end, so that a part of it may be applied"
								.formatted(change, this.context.database()),
							"Undo the part that is applied, and start once with 'db-init.flyway.in-doubt=not-applied'. Or apply the rest by hand, and record the migration in Flyway's table as successful. Nothing was changed.",
							null);
				}
				repair = true;
			}
			this.context.conclude(change);
		}
		if (repair) {
			flyway.repair();
		}
	}

	private static @Nullable MigrationInfo find(MigrationInfoService info, String change) {
		return Arrays.stream(info.all())
			.filter((migration) -> ProgressCallback.text(migration).equals(change))
			.findFirst()
			.orElse(null);
	}

	private static MigrationVersions versions(MigrationInfoService info) {
		String current = (info.current() != null) ? String.valueOf(info.current().getVersion()) : null;
		String latest = Arrays.stream(info.all())
			.map(MigrationInfo::getVersion)
			.filter((version) -> version != null)
			.max((one, other) -> one.compareTo(other))
			.map(String::valueOf)
			.orElse(null);
		return new MigrationVersions(current, latest, info.pending().length);
	}

	private Exception failure(FlywayException ex) {
		Optional<LeaseLostException> lost = Causes.find(ex, LeaseLostException.class);
		if (lost.isPresent()) {
			return lost.get();
		}
		Optional<InitializationException> known = Causes.find(ex, InitializationException.class);
		if (known.isPresent()) {
			return known.get();
		}
		FlywayMigrateException failed = Causes.find(ex, FlywayMigrateException.class).orElse(null);
		if (failed != null && failed.getMigration() != null) {
			return new InitializationException(
					"Failed to apply the %s%s: %s".formatted(ProgressCallback.text(failed.getMigration()),
							(failed.getLineNumber() > 0) ? " at line " + failed.getLineNumber() : "", reason(ex)),
					failed.isExecutableInTransaction() && ProgressCallback.isTransactional(this.context)
							? "Correct the migration and start again: it was rolled back."
							: "A part of the migration may be applied. Undo it, correct the migration, and start once with 'db-init.flyway.in-doubt=not-applied'. Or apply the rest by hand, and record the migration in Flyway's table as successful.",
					ex);
		}
		if (ex instanceof FlywayValidateException) {
			return new InitializationException(
					"The migrations do not match those that were applied to '%s': %s".formatted(this.context.database(),
							String.valueOf(ex.getMessage()).strip()),
					"Undo the edit of an applied migration, and make the change in a new one. Nothing was changed.",
					ex);
		}
		return new InitializationException("Flyway failed on '%s': %s".formatted(this.context.database(), reason(ex)),
				"Correct the cause and start again: migrations that are applied are not repeated.", ex);
	}

	/**
	 * Without the statement, which Flyway repeats with the values of placeholders.
	 */
	private static String reason(FlywayException ex) {
		return Causes.find(ex, SQLException.class)
			.map((error) -> String.valueOf(error.getMessage()).strip())
			.orElseGet(() -> String.valueOf(ex.getMessage()).strip());
	}

}
