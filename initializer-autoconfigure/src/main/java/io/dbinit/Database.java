package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.dbinit.lock.Lease;

/**
 * Port to one database: its name, the single read of an ordinary start, its lock and the
 * history of its runs.
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
	 * @return whether this database was created from it
	 */
	default boolean isReachedThrough(Object client) {
		return false;
	}

	/**
	 * Return the application's client of this database, to recognize other users of the
	 * database. Not for work on it: a lost lock could not cut it off.
	 * @param <C> the type of the client
	 * @param type the type of the client
	 * @return the client, or empty if there is none of that type
	 */
	default <C> Optional<C> applicationClient(Class<C> type) {
		return Optional.empty();
	}

	/**
	 * Read the record of the database: one round trip if it was worked on before.
	 * @param timeout how long to wait for an answer
	 * @return the marker
	 * @throws UnavailableException if the database may be ready later: it refuses
	 * connections or is starting up
	 * @throws InitializationException if waiting is of no use: wrong credentials, no such
	 * database
	 */
	Marker look(Duration timeout);

	/**
	 * Read the record of the database and a digest of the ledgers of migration tools, in
	 * the same round trip where the server can.
	 * @param timeout how long to wait for an answer
	 * @param ledgers the ledgers to read
	 * @return the marker, without the digests of ledgers that do not exist or that the
	 * application's client is not allowed to read
	 * @see #look(Duration)
	 */
	default Marker look(Duration timeout, List<Ledger> ledgers) {
		return look(timeout);
	}

	/**
	 * Read the record of one application in the database, in the same round trip. Until
	 * the application has completed a run, the marker also holds the records of others
	 * from which it may take steps over.
	 * @param timeout how long to wait for an answer
	 * @param application the name of the application, empty if it has none
	 * @param ledgers the ledgers to read
	 * @return the marker
	 * @see #look(Duration, List)
	 */
	default Marker look(Duration timeout, String application, List<Ledger> ledgers) {
		return look(timeout, ledgers);
	}

	/**
	 * Return the store of this database's lease, which opens the session of the work. Its
	 * connections are opened on first use. It throws {@link UnavailableException} where
	 * the database cannot be reached but may be later: a start that waits for the lock
	 * goes on waiting.
	 * @return a new store
	 */
	SessionLeaseStore leases();

	/**
	 * Return who holds the lock, as far as the application may read it. Nothing is
	 * created or written.
	 * @return the lease, or empty if the lock is free or cannot be read
	 */
	default Optional<Lease> holder() {
		return Optional.empty();
	}

	/**
	 * Return the plans of an application that were attempted, as far as the application
	 * may read them. Nothing is created or written.
	 * @param application the name of the application, empty if it has none
	 * @return the plans, newest first
	 */
	default List<PlanRecord> plans(String application) {
		return List.of();
	}

	/**
	 * Open a session without a lock, to read a database on which nothing can be written.
	 * Its {@link DatabaseSession#journal() journal} is never asked for.
	 * @return a new session, to be closed by the caller
	 */
	DatabaseSession openReadOnly();

	/**
	 * Return the newest runs.
	 * @param limit how many at most
	 * @return the runs, newest first
	 */
	List<Report.RunReport> history(int limit);

}
