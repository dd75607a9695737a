package io.dbinit;

import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;

/**
 * Port to the place where the lease of one database is kept, which opens the session of
 * the work that is done under a lease.
 */
public interface SessionLeaseStore extends LeaseStore {

	/**
	 * Open the session of the work under a lease that this store has given.
	 * @param lease the lease
	 * @return the session, which ends with the lease
	 */
	DatabaseSession open(Lease lease);

}
