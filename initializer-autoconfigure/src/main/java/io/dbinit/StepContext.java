package io.dbinit;

import java.util.List;

import io.dbinit.lock.LeaseLostException;

/**
 * A step's access to its database, to the lock and to the report. The methods that talk
 * to the lock or to the report do nothing unless an implementation says otherwise, so
 * that a test of a step implements those that it needs.
 */
public interface StepContext {

	/**
	 * Return the name of the database.
	 * @return the name
	 */
	String database();

	/**
	 * Return the environment whose rules apply.
	 * @return the environment
	 */
	Environment environment();

	/**
	 * Return the client of the database, like {@link java.sql.Connection}. It is cut off
	 * when the lock is lost, and must not be closed.
	 * @param <T> the type of the client
	 * @param type the type of the client
	 * @return the client
	 * @throws IllegalArgumentException if the database has no such client
	 */
	<T> T unwrap(Class<T> type);

	/**
	 * Return the record that the database held before this run changed anything.
	 * @return the marker
	 */
	Marker marker();

	/**
	 * Make one change: check the lock, record the intent, make the change, record its
	 * outcome. To be used for each statement or command that commits by itself. While a
	 * transaction of another process is in conflict with the change, it is repeated, for
	 * up to two minutes.
	 * @param change the change
	 * @param action makes the change; must be harmless when repeated
	 * @throws LeaseLostException if the lock is lost; then the change was not made
	 * @throws Exception if the action fails
	 */
	default void change(Change change, CheckedRunnable action) throws Exception {
		action.run();
		changed(change);
	}

	/**
	 * Report a change that was made and is recorded elsewhere, like a changeset in the
	 * tool's own table.
	 * @param change the change
	 */
	void changed(Change change);

	/**
	 * Publish the current activity, for the replicas that wait for the lock and for the
	 * report.
	 * @param activity the current activity in a few words
	 * @throws LeaseLostException if the lock is lost
	 */
	default void progress(String activity) {
	}

	/**
	 * Check that the lock still holds, without asking the database.
	 * @throws LeaseLostException if the lock is lost
	 */
	default void checkLock() {
	}

	/**
	 * Report that something is not as it was declared. A run that reported a mismatch is
	 * not complete.
	 * @param mismatch the difference
	 */
	void mismatch(Mismatch mismatch);

	/**
	 * Return the mismatches that were reported on this database.
	 * @return the mismatches
	 */
	List<Mismatch> mismatches();

	/**
	 * Report a declaration that this server does not support, or a guarantee that it
	 * cannot give.
	 * @param limitation one sentence that names the thing
	 */
	void limitation(String limitation);

}
