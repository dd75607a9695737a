package io.dbinit.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * Port to the place where the lease of one database is kept: the database itself. All
 * times are by the database's clock. A store talks to its database through connections of
 * its own, and is used by one {@link Lock} at a time, which may call it from two threads.
 * <p>
 * A failed attempt to reach the database is thrown as a {@link RuntimeException}; it
 * means "not known", never "no".
 */
public interface LeaseStore extends AutoCloseable {

	/**
	 * Try once, with one conditional write, to become the holder. Creates the storage
	 * where it is missing, safely when others do the same. Repeating a call whose answer
	 * was lost returns the lease that it had won.
	 * @param owner the owner to be
	 * @param duration how long the lease holds unless renewed
	 * @return the lease, or empty if another owner holds a lease that has not ended, or
	 * has left an {@link #obstacle() obstacle}
	 */
	Optional<Lease> tryAcquire(String owner, Duration duration);

	/**
	 * Extend a lease and publish the activity of its holder, in one conditional write.
	 * Answers or fails within a third of the duration, so that a dead connection is
	 * noticed while the lease can still be renewed on a new one.
	 * @param lease the lease, of which owner and token count
	 * @param duration how long it holds from now
	 * @param activity the current activity of the holder, for the replicas that wait
	 * @return whether the lease still held; {@code false} says that it is lost for good
	 */
	boolean renew(Lease lease, Duration duration, String activity);

	/**
	 * Give a lease back, if its owner and token still hold.
	 * @param lease the lease
	 * @return whether the lease still held
	 */
	boolean release(Lease lease);

	/**
	 * Return the lease that holds now.
	 * @return the lease, or empty if there is none
	 */
	Optional<Lease> current();

	/**
	 * Return the lease that has to be waited for, with one query.
	 * @return the lease, or empty if the next attempt may succeed: there is none, or its
	 * holder is known to be dead
	 */
	default Optional<Lease> blocking() {
		return current();
	}

	/**
	 * Return the obstacle of the last attempt, if it failed although there is no lease.
	 * @return a clause that names the obstacle, or empty if there was none
	 */
	default Optional<String> obstacle() {
		return Optional.empty();
	}

	/**
	 * Cut off the work that is done under the lease, from any thread and without waiting
	 * for the database: called when the lease is lost.
	 */
	void abort();

	/**
	 * Close the connections of this store. Can be repeated.
	 */
	@Override
	void close();

}
