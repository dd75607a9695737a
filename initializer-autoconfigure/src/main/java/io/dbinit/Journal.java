package io.dbinit;

import java.util.List;
import java.util.Map;

import io.dbinit.lock.LeaseLostException;

/**
 * The record that a run keeps in the database on which it works: intent before, outcome
 * after. Each write carries the token of the run's lease; a refused one throws
 * {@link LeaseLostException}.
 */
public interface Journal {

	/**
	 * Begin a run: from now on the database is not complete for the application. Marks a
	 * database that was not marked before.
	 * @param run the run
	 * @param environment the environment to stamp on a database that has no stamp yet
	 */
	default void begin(Report.RunReport run, String environment) {
		begin(run, environment, Release.UNKNOWN);
	}

	/**
	 * Begin a run of a release, which is from now on the one that worked last.
	 * @param run the run
	 * @param environment the environment to stamp on a database that has no stamp yet
	 * @param release the release of the application
	 * @see #begin(Report.RunReport, String)
	 */
	void begin(Report.RunReport run, String environment, Release release);

	/**
	 * Return the plans of the application that were attempted.
	 * @return the plans, newest first
	 */
	default List<PlanRecord> plans() {
		return List.of();
	}

	/**
	 * Record that a plan is attempted, which is from now on the newest one of the
	 * application. The newest fifty are kept.
	 * @param release the release that attempts it
	 * @param steps the fingerprint of each step, by its name
	 * @param reverted the position after which plans are marked as reverted
	 */
	default void attempt(Release release, Map<String, String> steps, int reverted) {
	}

	/**
	 * Return the things that other applications declare in the database. Asked for before
	 * the begin of a run.
	 * @return the definitions, by the name of the application
	 */
	default Map<String, List<Definition>> otherDefinitions() {
		return Map.of();
	}

	/**
	 * Record the things that the application declares, in place of those that it declared
	 * before.
	 * @param definitions the definitions
	 */
	default void declare(List<Definition> definitions) {
	}

	/**
	 * Change the environment that is stamped on the database.
	 * @param environment the environment whose data it holds from now on
	 */
	default void stamp(String environment) {
	}

	/**
	 * Return the changes that earlier runs began and whose outcome is not recorded.
	 * @return the changes, oldest first
	 */
	List<InDoubt> inDoubt();

	/**
	 * Record that a change is about to be made.
	 * @param step the name of the step
	 * @param change the text of the change
	 */
	void intend(String step, String change);

	/**
	 * Record that a change is no longer in doubt.
	 * @param step the name of the step
	 * @param change the text of the change
	 */
	void conclude(String step, String change);

	/**
	 * Do the work of a step that runs once for each fingerprint, and record its success:
	 * in one transaction, with the check of the token, where the database has
	 * transactions. Otherwise the record follows the work, which is repeated if the
	 * process dies in between.
	 * @param step the name of the step
	 * @param fingerprint its fingerprint
	 * @param work the work
	 * @throws Exception if the work fails
	 */
	void once(String step, String fingerprint, CheckedRunnable work) throws Exception;

	/**
	 * Make the commit of a tool's transaction fail if the lease has a newer holder by
	 * then. To be called as the last operation before the commit.
	 * @param transaction the transaction, in the form that the client of the database
	 * gives it
	 */
	void guard(Object transaction);

	/**
	 * Return the other applications for which steps are recorded in the database.
	 * @return their names; an application without a name is not among them
	 */
	default List<String> otherApplications() {
		return List.of();
	}

	/**
	 * Delete the record of the steps that are complete, for all applications, and of the
	 * changes that are in doubt, because the data of the database is about to be dropped.
	 */
	void forget();

	/**
	 * Add the records of steps that are complete, as a backup has them.
	 * @param records the fingerprint of each step, by its name, by the name of the
	 * application, which is empty for one without a name
	 */
	void restore(Map<String, Map<String, String>> records);

	/**
	 * Record that the steps of this run have changed a ledger: steps of other
	 * applications that were recorded with its former digest have seen no change by
	 * another program.
	 * @param before how the record of such a step begins
	 * @param after the beginning that replaces it
	 */
	default void ledgerChanged(String before, String after) {
	}

	/**
	 * End a run.
	 * @param run the run, with its outcome and its steps
	 * @param steps the fingerprint of each step that is complete now, by name: exactly
	 * these are kept if the run succeeded; otherwise those that it did not reach are kept
	 * too
	 * @param versions the versions of each migration tool, by its step's name
	 */
	void end(Report.RunReport run, Map<String, String> steps, Map<String, MigrationVersions> versions);

	/**
	 * A change that was begun and whose outcome is not recorded.
	 *
	 * @param step the name of its step
	 * @param change the text of the change
	 */
	record InDoubt(String step, String change) {
	}

}
