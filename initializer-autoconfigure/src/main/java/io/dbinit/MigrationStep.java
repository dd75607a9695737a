package io.dbinit;

import java.util.List;

/**
 * A step that applies the versioned migrations of a tool.
 */
public interface MigrationStep extends Step {

	/**
	 * Apply the pending migrations up to a version.
	 * @param context access to the database, the lock and the report
	 * @param version the last migration to apply, or a tag
	 * @throws Exception if there is no such migration, or the work could not be done
	 */
	void migrate(StepContext context, String version) throws Exception;

	/**
	 * Return the inverses of migrations, in the order in which they are to be run.
	 * Changes nothing.
	 * @param context access to the database
	 * @param target the migrations that are to be undone
	 * @return the changes, none if there is nothing to undo
	 * @throws InitializationException if one of them has no inverse
	 * @throws Exception if the database cannot be read
	 */
	List<PlannedChange> planRollback(StepContext context, RollbackTarget target) throws Exception;

	/**
	 * Undo migrations, and remove them from the ledger of the tool.
	 * @param context access to the database, the lock and the report
	 * @param target the migrations that are to be undone
	 * @throws InitializationException if one of them has no inverse; then nothing was
	 * undone
	 * @throws Exception if the work could not be done
	 */
	void rollBack(StepContext context, RollbackTarget target) throws Exception;

}
