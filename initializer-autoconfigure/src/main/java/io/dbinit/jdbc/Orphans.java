package io.dbinit.jdbc;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.dbinit.InitializationException;

/**
 * Ends the sessions of somebody who lost the lock, and waits until they are gone.
 */
final class Orphans {

	private static final int PAUSE_MILLIS = 100;

	private final String name;

	private final JdbcLeaseStore store;

	Orphans(String name, JdbcLeaseStore store) {
		this.name = name;
		this.store = store;
	}

	List<String> end(String owner, Duration timeout) {
		long giveUp = System.nanoTime() + timeout.toNanos();
		Set<String> ended = new LinkedHashSet<>();
		List<String> alive = this.store.endSessionsOf(owner);
		while (!alive.isEmpty()) {
			ended.addAll(alive);
			if (System.nanoTime() - giveUp >= 0) {
				throw new InitializationException(
						"Sessions %s of '%s', which lost the lock of '%s', could not be ended within %s".formatted(
								alive, owner, this.name, timeout),
						"End them on the server, then start again.", null);
			}
			pause();
			alive = this.store.endSessionsOf(owner);
		}
		return ended.stream().map("session %s was ended"::formatted).toList();
	}

	private void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for sessions of '" + this.name + "' to end", ex);
		}
	}

}
