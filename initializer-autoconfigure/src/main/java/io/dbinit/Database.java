package io.dbinit;

import java.time.Duration;
import java.util.List;

import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;

/**
 * Port to one database: the single read of an ordinary start, the lease, and the journal
 * in which a run writes what it does.
 */
public interface Database {

	/**
	 * Return the name under which the database is reported, like {@code dataSource}.
	 * @return the name, unique in a plan
	 */
	String name();

	/**
	 * Return whether a client of the application works on this database.
	 * @param client a data source or a MongoDB client
	 * @return whether it is the one that this database was made of
	 */
	default boolean isReachedThrough(Object client) {
		return false;
	}

	/**
	 * Read what the database says of itself: one round trip if it was worked on before.
	 * @param timeout how long to wait for an answer
	 * @return what was read
	 * @throws UnavailableException if the database may be ready later: it refuses
	 * connections or is starting up
	 * @throws InitializationException if waiting is of no use: wrong credentials, no such
	 * database
	 */
	Marker look(Duration timeout);

	/**
	 * Return the place of this database's lease. Its connections are opened when it is
	 * first asked. It throws {@link UnavailableException} where the database cannot be
	 * reached but may be later: a start that waits for the lock goes on waiting.
	 * @return a new store
	 */
	LeaseStore leases();

	/**
	 * Open the journal of a run.
	 * @param lease the lease under which the run works; every write is refused once it is
	 * not the database's newest
	 * @return the journal
	 */
	Journal journal(Lease lease);

	/**
	 * Make sure that nothing that a dead holder had begun still runs in the database.
	 * @param lease the lease under which this is done, with its predecessor
	 * @param timeout how long to wait for statements that cannot be ended
	 * @return what was ended or waited for, for the log
	 */
	List<String> endOrphans(Lease lease, Duration timeout);

	/**
	 * Return what cannot be guaranteed on this server, as far as it is known once the
	 * lock was taken.
	 * @return sentences that name the thing
	 */
	default List<String> limitations() {
		return List.of();
	}

	/**
	 * Return whether changes can be made and recorded in one transaction, as far as it is
	 * known once the lock was taken.
	 * @return whether there are transactions
	 */
	default boolean hasTransactions() {
		return true;
	}

	/**
	 * Return whether somebody else's transaction was in the way of a change. If it was
	 * made in a transaction, nothing of it is there, and it can be repeated.
	 * @param ex what the change threw
	 * @return whether to try again a little later
	 */
	default boolean isConflict(Throwable ex) {
		return false;
	}

	/**
	 * Return the newest runs.
	 * @param limit how many at most
	 * @return the runs, newest first
	 */
	List<Report.RunReport> history(int limit);

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
	 * Close what {@link #unwrap} opened, at the end of a start. Can be repeated, and used
	 * again afterwards.
	 */
	default void disconnect() {
	}

}
