package io.dbinit.liquibase;

import liquibase.Liquibase;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.ChangeExecListener;
import liquibase.database.Database;
import liquibase.resource.ResourceAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Changelog that is parsed, and the listener for its run. Methods of a bean's type name
 * this type instead of those of Liquibase, because Spring loads all types that the
 * methods of a bean name, also on a start with nothing to do.
 *
 * @param changeLog the changelog
 * @param listener notified of each changeset, together with a listener of the application
 */
record ParsedChangeLog(DatabaseChangeLog changeLog, ChangeSetListener listener) {

	/**
	 * Create a Liquibase object that does not parse the changelog again.
	 * @param resources the resources of the bean
	 * @param database the database to work on
	 * @return the object
	 */
	Liquibase liquibase(ResourceAccessor resources, Database database) {
		return new ParsedLiquibase(resources, database);
	}

	/**
	 * Notifies the initializer as well as a listener that a customizer sets.
	 */
	private final class ParsedLiquibase extends Liquibase {

		ParsedLiquibase(ResourceAccessor resources, Database database) {
			super(ParsedChangeLog.this.changeLog, resources, database);
			super.setChangeExecListener(ParsedChangeLog.this.listener.and(null));
		}

		@Override
		public void setChangeExecListener(@Nullable ChangeExecListener other) {
			super.setChangeExecListener(ParsedChangeLog.this.listener.and(other));
		}

	}

}
