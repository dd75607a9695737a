package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the process while databases are worked on, as by {@code SIGTERM}.
 * <ol>
 * <li>No further step, change or wait begins: {@link #check()} fails.</li>
 * <li>Statements that leave nothing half done are cancelled.</li>
 * <li>The process is kept alive until the locks are released, for at most
 * {@link #PATIENCE}.</li>
 * </ol>
 */
final class Shutdown implements AutoCloseable {

	/** Shorter than the 30 s after which most platforms kill a process. */
	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final List<DatabaseSession> sessions = new CopyOnWriteArrayList<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final Thread hook = new Thread(this::begin, "db-init-shutdown");

	private volatile boolean begun;

	Shutdown() {
		try {
			Runtime.getRuntime().addShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			this.begun = true;
		}
	}

	void add(DatabaseSession session) {
		this.sessions.add(session);
	}

	void remove(DatabaseSession session) {
		this.sessions.remove(session);
	}

	/**
	 * Check that the process is not about to end.
	 * @throws InitializationException if it is
	 */
	void check() {
		if (this.begun) {
			throw new InitializationException("The application is shutting down",
					"Start again: completed changes are not repeated.", null);
		}
	}

	/**
	 * Begin to end, and wait until the work has ended.
	 */
	void begin() {
		this.begun = true;
		this.sessions.forEach(DatabaseSession::cancel);
		try {
			this.ended.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The work has ended.
	 */
	@Override
	public void close() {
		this.ended.countDown();
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The process is about to end
		}
	}

}
