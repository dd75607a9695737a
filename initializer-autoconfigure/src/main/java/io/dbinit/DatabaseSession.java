package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.dbinit.lock.Lease;

/**
 * Port to one database while its lock is held: the client of the steps, the journal and
 * the abilities of the server.
 */
public interface DatabaseSession extends AutoCloseable {

	/**
	 * Return the client through which steps work while the lease holds, like
	 * {@link java.sql.Connection}. It is cut off when the lease is lost.
	 * @param <T> the type of the client
	 * @param type the type of the client
	 * @return the client
	 * @throws IllegalArgumentException if this database has no such client
	 */
	<T> T unwrap(Class<T> type);

	/**
	 * Return the journal. Each of its writes is refused once the lease of this session is
	 * not the newest one of the database.
	 * @return the journal
	 */
	Journal journal();

	/**
	 * Return the journal of one application.
	 * @param application the name of the application, empty if it has none
	 * @return the journal
	 * @see #journal()
	 */
	default Journal journal(String application) {
		return journal();
	}

	/**
	 * Terminate the sessions and operations that a dead holder left in the database, and
	 * wait for those that cannot be terminated.
	 * @param dead the lease of the dead holder
	 * @param timeout how long to wait
	 * @return the sessions and operations that were terminated or waited for, as clauses
	 * for the log
	 * @throws InitializationException if any of them is left
	 */
	List<String> terminateOrphans(Lease dead, Duration timeout);

	/**
	 * Return the guarantees that this server cannot give.
	 * @return sentences that name the thing
	 */
	default List<String> limitations() {
		return List.of();
	}

	/**
	 * Return whether changes can be made and recorded in one transaction.
	 * @return whether there are transactions
	 */
	default boolean hasTransactions() {
		return true;
	}

	/**
	 * Return whether a change failed because of a conflict with a transaction of another
	 * process. If it was made in a transaction, it was rolled back and can be repeated.
	 * @param ex the exception of the change
	 * @return whether to try again a little later
	 */
	default boolean isConflict(Throwable ex) {
		return false;
	}

	/**
	 * Return how long a change that is in conflict is repeated.
	 * @return the limit; by default long enough for a MongoDB server to end the
	 * transaction of a dead process, which it does after 60 s, looking once a minute
	 */
	default Duration conflictLimit() {
		return Duration.ofSeconds(120);
	}

	/**
	 * Return the failure of a step in a form that can be shown, logged and recorded.
	 * Errors of a driver may repeat values of a statement, which may be secrets.
	 * @param ex the exception that a step threw
	 * @return the exception itself if it holds no such values
	 */
	default Exception presentable(Exception ex) {
		return ex;
	}

	/**
	 * Cancel the running statement where that leaves nothing half done, from any thread
	 * and without waiting for it: the process is about to end.
	 */
	default void cancel() {
	}

	/**
	 * Drop everything in the database except the lock and the records of the starter.
	 * @param ledgers the ledgers of migration tools, which are dropped first
	 * @return the things that were dropped
	 * @throws InitializationException if something cannot be dropped
	 */
	default List<String> dropAll(List<Ledger> ledgers) {
		throw new UnsupportedOperationException("The data of this kind of database cannot be dropped");
	}

	/**
	 * Return the records of the steps that are complete, of all applications.
	 * @return the fingerprint of each step, by its name, by the name of the application,
	 * which is empty for one without a name
	 */
	default Map<String, Map<String, String>> records() {
		return Map.of();
	}

	/**
	 * Close the resources of this session. Can be repeated.
	 */
	@Override
	void close();

}
