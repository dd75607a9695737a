package io.dbinit.jdbc;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.lock.Retry;

/**
 * Terminates the sessions of an owner that lost the lock, and waits until they are gone.
 */
final class Orphans {

	private static final Duration PAUSE = Duration.ofMillis(100);

	private final String name;

	private final JdbcLeaseStore store;

	Orphans(String name, JdbcLeaseStore store) {
		this.name = name;
		this.store = store;
	}

	List<String> terminate(String owner, Duration timeout) {
		Retry retry = Retry.within(timeout, "waiting for sessions of '" + this.name + "' to end");
		Set<String> terminated = new LinkedHashSet<>();
		List<String> alive = this.store.terminateSessionsOf(owner);
		while (!alive.isEmpty()) {
			terminated.addAll(alive);
			if (retry.isOver()) {
				throw new InitializationException(
						"Sessions %s of '%s', which lost the lock of '%s', could not be terminated within %s"
							.formatted(alive, owner, this.name, timeout),
						"Terminate them on the server, then start again.", null);
			}
			retry.pause(PAUSE);
			alive = this.store.terminateSessionsOf(owner);
		}
		return terminated.stream().map("session %s was terminated"::formatted).toList();
	}

}
