package io.dbinit.jdbc;

import java.time.Duration;

/**
 * How the steps wait for locks of the database.
 *
 * @param timeout how long a statement waits before it gives up, so that those of the
 * application which queue behind it go on; zero for as long as the server lets it
 * @param limit how long it is tried again
 */
record LockPatience(Duration timeout, Duration limit) {

	static final LockPatience DEFAULT = new LockPatience(Duration.ofSeconds(2), Duration.ofMinutes(10));

	boolean isBounded() {
		return this.timeout.toMillis() > 0;
	}

}
