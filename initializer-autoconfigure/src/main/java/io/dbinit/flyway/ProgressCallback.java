package io.dbinit.flyway;

import java.sql.Connection;
import java.sql.SQLException;

import io.dbinit.Change;
import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Follows a run of Flyway: checks the lock before each migration, and reports it
 * afterwards. Where a migration cannot be rolled back, its intent is recorded before and
 * concluded after. A database is never cleaned.
 */
final class ProgressCallback implements Callback {

	private final ToolContext context;

	private final boolean transactional;

	ProgressCallback(ToolContext context) {
		this.context = context;
		this.transactional = isTransactional(context);
	}

	/**
	 * Return whether a change of the schema is part of the transaction.
	 */
	static boolean isTransactional(ToolContext context) {
		try {
			return context.unwrap(Connection.class).getMetaData().getDatabaseProductName().equals("PostgreSQL");
		}
		catch (SQLException ex) {
			throw new FlywayException(ex);
		}
	}

	static String text(MigrationInfo migration) {
		return "migration '" + migration.getScript() + "'";
	}

	@Override
	public boolean supports(Event event, Context context) {
		return event == Event.BEFORE_EACH_MIGRATE || event == Event.AFTER_EACH_MIGRATE || event == Event.BEFORE_CLEAN;
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return true;
	}

	@Override
	public void handle(Event event, Context context) {
		if (event == Event.BEFORE_CLEAN) {
			throw new InitializationException(
					"'%s' cannot be cleaned, as its lock and the records of the starter would be dropped too"
						.formatted(this.context.database()),
					"Remove 'clean' from the migration strategy, or clean the database before the application starts. Nothing was changed.",
					null);
		}
		MigrationInfo migration = context.getMigrationInfo();
		String text = text(migration);
		if (event == Event.BEFORE_EACH_MIGRATE) {
			this.context.progress(text);
			if (!this.transactional) {
				this.context.intend(text);
			}
		}
		else {
			if (!this.transactional) {
				this.context.conclude(text);
			}
			this.context.changed(Change.migrate(migration.getScript(), text));
		}
	}

	@Override
	public String getCallbackName() {
		return "db-init";
	}

}
