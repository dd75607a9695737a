package io.dbinit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.dbinit.lock.LeaseLostException;

/**
 * The access that a step has which integrates a migration tool: a tool makes and records
 * its changes itself.
 */
public interface ToolContext extends StepContext {

	/**
	 * Return the context of a step that integrates a tool.
	 * @param context the context that the engine gave to the step
	 * @return the same context
	 * @throws IllegalArgumentException if it is not the engine's
	 */
	static ToolContext of(StepContext context) {
		if (context instanceof ToolContext tool) {
			return tool;
		}
		throw new IllegalArgumentException("'context' must be the one that the engine gave to the step");
	}

	/**
	 * Return whether changes can be made and recorded in one transaction.
	 * @return whether the database has transactions
	 */
	boolean hasTransactions();

	/**
	 * Return whether a change failed because of a conflict with a transaction of another
	 * process: that of a dead process lasts until the server ends it. A change that was
	 * made in a transaction can be repeated.
	 * @param ex the exception of the change
	 * @return whether to try again a little later
	 */
	boolean isConflict(Throwable ex);

	/**
	 * Do work that is harmless when repeated, and repeat it while it
	 * {@link #isConflict(Throwable) conflicts}, until a server would have ended the
	 * transaction of a dead process.
	 * @param work the work
	 * @throws LeaseLostException if the lock is lost
	 * @throws Exception if the work fails for another reason, or the conflict lasts
	 */
	void retry(CheckedRunnable work) throws Exception;

	/**
	 * Return the changes of this step that an earlier run began and whose outcome is not
	 * recorded.
	 * @return the texts of the changes, oldest first, as they were given to
	 * {@link #change} or {@link #intend}
	 */
	List<String> inDoubt();

	/**
	 * Record that a change is about to be made, for a tool that announces its changes but
	 * cannot be wrapped. Prefer {@link #change}.
	 * @param change the text of the change
	 * @throws LeaseLostException if the lock is lost
	 */
	void intend(String change);

	/**
	 * Record that an {@link #intend intended} change is no longer in doubt, whether it
	 * was made or not.
	 * @param change the text of the change
	 */
	void conclude(String change);

	/**
	 * Make the commit of a tool's transaction depend on the lock: the commit fails if the
	 * lock is lost by then, however long the process is frozen before. To be called as
	 * the last operation before the commit.
	 * @param transaction the transaction, in the form that the client of the database
	 * gives it, like a MongoDB {@code ClientSession}
	 * @throws LeaseLostException if the lock is lost
	 */
	void guard(Object transaction);

	/**
	 * Delete the record of everything that was done to this database, because its data is
	 * about to be dropped: steps that were complete run again.
	 * @throws LeaseLostException if the lock is lost
	 */
	void forgetRecords();

	/**
	 * Return the records of the steps that are complete, of all applications.
	 * @return the fingerprint of each step, by its name, by the name of the application,
	 * which is empty for one without a name
	 */
	Map<String, Map<String, String>> records();

	/**
	 * Delete the record of everything that was done to this database, and mark it as one
	 * that holds a part of a backup, which no start takes for complete.
	 * @param backup the name of the backup
	 * @throws LeaseLostException if the lock is lost
	 */
	void beginRestore(String backup);

	/**
	 * Remove the mark, and record what the backup says is done.
	 * @param records the fingerprint of each step, by its name, by the name of the
	 * application, which is empty for one without a name
	 * @throws LeaseLostException if the lock is lost
	 */
	void endRestore(Map<String, Map<String, String>> records);

	/**
	 * Report the versions of the tool.
	 * @param versions the versions
	 */
	void versions(MigrationVersions versions);

	/**
	 * Call a task on the thread that started the run, and wait for its result. Beans must
	 * be requested there: while a Spring context is refreshed, another thread would wait
	 * for ever.
	 * @param <T> the type of the result
	 * @param task the task
	 * @return its result
	 * @throws Exception if the task fails
	 */
	<T> T onCallingThread(Callable<T> task) throws Exception;

}
