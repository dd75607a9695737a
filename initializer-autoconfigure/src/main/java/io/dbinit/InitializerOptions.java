package io.dbinit;

import java.time.Duration;

import io.dbinit.lock.LockOptions;

/**
 * The settings of a start, apart from its plan.
 *
 * @param host the name of this host, empty to ask the system for it when it is needed
 * @param application the name and version of the application, as far as they are known
 * @param concurrency how many databases are read or worked on at the same time
 * @param waiting how to wait for a database that does not answer yet
 * @param lock how to hold and wait for the locks
 * @param mode the part of this process
 */
public record InitializerOptions(String host, String application, int concurrency, Wait waiting, LockOptions lock,
		Mode mode) {

	/** How many databases are read or worked on at the same time by default. */
	public static final int CONCURRENCY = 8;

	private static final int MAX_APPLICATION = 255;

	public InitializerOptions {
		if (concurrency < 1) {
			throw new IllegalArgumentException("'concurrency' must be positive");
		}
		if (!application.isEmpty()) {
			Names.require("Application", application, MAX_APPLICATION);
		}
	}

	/**
	 * Create options of a process that does the work.
	 * @param host the name of this host, empty to ask the system for it when it is needed
	 * @param application the name and version of the application, as far as they are
	 * known
	 * @param concurrency how many databases are read or worked on at the same time
	 * @param waiting how to wait for a database that does not answer yet
	 * @param lock how to hold and wait for the locks
	 */
	public InitializerOptions(String host, String application, int concurrency, Wait waiting, LockOptions lock) {
		this(host, application, concurrency, waiting, lock, Mode.RUN);
	}

	/**
	 * Create options with the default concurrency.
	 * @param host the name of this host, empty to ask the system for it when it is needed
	 * @param application the name and version of the application, as far as they are
	 * known
	 * @param waiting how to wait for a database that does not answer yet
	 * @param lock how to hold and wait for the locks
	 */
	public InitializerOptions(String host, String application, Wait waiting, LockOptions lock) {
		this(host, application, CONCURRENCY, waiting, lock);
	}

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
