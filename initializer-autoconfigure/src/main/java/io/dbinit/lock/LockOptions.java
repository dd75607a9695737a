package io.dbinit.lock;

import java.time.Duration;

/**
 * How long a lock is held and waited for.
 *
 * @param lease how long a lease holds unless renewed; it is renewed three times in that
 * time
 * @param waitLimit how long to wait for a lock that another process holds
 * @param poll how long to pause between two attempts, on average
 */
public record LockOptions(Duration lease, Duration waitLimit, Duration poll) {

	public LockOptions {
		requirePositive("lease", lease);
		requirePositive("poll", poll);
		if (waitLimit.isNegative()) {
			throw new IllegalArgumentException("'waitLimit' must not be negative");
		}
	}

	private static void requirePositive(String name, Duration duration) {
		if (duration.isNegative() || duration.isZero()) {
			throw new IllegalArgumentException("'" + name + "' must be positive");
		}
	}

	Duration renewal() {
		return this.lease.dividedBy(3);
	}

}
