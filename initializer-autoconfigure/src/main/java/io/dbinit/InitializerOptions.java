package io.dbinit;

import java.time.Duration;

import io.dbinit.lock.LockOptions;

/**
 * What a start needs to know apart from its plan.
 *
 * @param environment the environment whose rules apply, {@code production} if unknown
 * @param host the name of this host, empty to ask the system for it when it is needed
 * @param application the name and version of the application, as far as they are known
 * @param waiting how to wait for a database that does not answer yet
 * @param lock how to hold and wait for the locks
 */
public record InitializerOptions(String environment, String host, String application, Wait waiting, LockOptions lock) {

	/**
	 * How to wait for a database that does not answer yet: with pauses that grow
	 * exponentially and vary at random.
	 *
	 * @param limit how long to wait in all
	 * @param attempt how long one attempt may take
	 * @param interval how long the first pause is
	 * @param maxInterval how long a pause gets at most
	 * @param multiplier by how much a pause is longer than the one before
	 */
	public record Wait(Duration limit, Duration attempt, Duration interval, Duration maxInterval, double multiplier) {
	}

}
