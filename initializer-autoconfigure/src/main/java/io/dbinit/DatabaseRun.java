package io.dbinit;

import java.util.Objects;
import java.util.Optional;

import io.dbinit.Report.State;
import io.dbinit.lock.Lease;
import io.dbinit.lock.Lock;
import io.dbinit.lock.LockTimeoutException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One start on one database: its lock, its session, and the runner of its steps.
 */
final class DatabaseRun implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(DatabaseRun.class);

	private final UpToDateCheck check;

	private final Database database;

	private final Plan plan;

	private final InitializerOptions options;

	private final Progress progress;

	private final InitializerListener listener;

	private final DatabaseExecutor executor;

	private final Shutdown shutdown;

	private @Nullable Lock lock;

	private @Nullable DatabaseSession session;

	private @Nullable StepRunner steps;

	DatabaseRun(UpToDateCheck check, Plan plan, InitializerOptions options, InitializerListener listener,
			DatabaseExecutor executor, Shutdown shutdown) {
		this.check = check;
		this.database = check.database();
		this.plan = plan;
		this.options = options;
		this.progress = check.progress();
		this.listener = listener;
		this.executor = executor;
		this.shutdown = shutdown;
	}

	String name() {
		return this.database.name();
	}

	Progress progress() {
		return this.progress;
	}

	boolean isUpToDate() {
		return this.check.wasUpToDate();
	}

	/**
	 * Return whether the run is for a part of the plan.
	 */
	boolean isPart() {
		return this.plan.isPart(this.database);
	}

	private boolean isReadOnly() {
		return this.check.marker().readOnly();
	}

	/**
	 * Open the session of the work. The lock is taken before, unless nothing can be
	 * written. A replica that waited for the lock does not need it once its holder has
	 * made the database complete: the marker says so only from the end of a run to the
	 * beginning of the next. Then it is {@link #isUpToDate up to date}, and nothing is
	 * open.
	 * @param owner the owner to be
	 */
	void open(String owner) {
		if (isReadOnly()) {
			this.progress.state(State.RUNNING);
			if (!this.check.isVerifying()) {
				this.progress.limitation("It is read-only: it is verified, and nothing else is done");
			}
			opened(this.database.openReadOnly(), new NoJournal());
			return;
		}
		this.progress.waiting(State.LOCKING, "the lock of '" + name() + "'");
		SessionLeaseStore leases = this.database.leases();
		this.lock = new Lock(name(), leases, this.options.lock());
		Optional<Lease> acquired = acquire(this.lock, owner);
		if (acquired.isEmpty()) {
			close();
			return;
		}
		Lease lease = acquired.get();
		this.progress.lock(lease);
		DatabaseSession session = leases.open(lease);
		opened(session, session.journal(this.plan.application()));
		session.limitations().forEach(this.progress::limitation);
		// Before the look, as orphans may be about to write
		lease.takenOverFrom().ifPresent((dead) -> terminateOrphans(session, dead));
		if (this.check.isUpToDate()) {
			close();
			return;
		}
		this.progress.state(State.RUNNING);
	}

	/**
	 * Read what the steps would do, without a lock and without a write.
	 */
	void plan() {
		opened(this.database.openReadOnly(), new NoJournal());
		steps().plan();
	}

	private void opened(DatabaseSession session, Journal journal) {
		this.session = session;
		this.shutdown.add(session);
		this.steps = new StepRunner(this.database, this.plan, this.check, session, journal, this.progress,
				this.listener, this.lock, this.executor, this.shutdown);
	}

	/**
	 * Return the runner of the steps.
	 * @return the runner, once the session is open
	 */
	StepRunner steps() {
		return Objects.requireNonNull(this.steps, () -> "'" + name() + "' is not open");
	}

	private Optional<Lease> acquire(Lock lock, String owner) {
		while (true) {
			try {
				return lock.acquire(owner, this::waiting, this.check::isUpToDate);
			}
			catch (UnavailableException ex) {
				logger.warn("Lost sight of '%s' while waiting for its lock: %s".formatted(name(), Causes.message(ex)));
				this.check.isUpToDate();
				this.progress.waiting(State.LOCKING, "the lock of '" + name() + "'");
			}
			catch (LockTimeoutException ex) {
				throw new InitializationException(Causes.message(ex), ex.isHeld()
						? "Wait for its holder to finish, or allow more time with 'db-init.lock.wait'. Nothing was changed."
						: "Let an administrator end the session that the message names, and start again. Nothing was changed.",
						ex);
			}
		}
	}

	private void waiting(Lease holder) {
		this.shutdown.check();
		this.progress.lock(holder);
		this.progress.waiting(State.LOCKING, "held by " + holder);
		this.listener.waiting(this.progress.report());
	}

	private void terminateOrphans(DatabaseSession session, Lease dead) {
		logger.warn("Took the lock of '%s' over from %s, which did not release it".formatted(name(), dead));
		session.terminateOrphans(dead, this.options.lock().waitLimit())
			.forEach((orphan) -> logger.warn("Left by the dead holder on '%s': %s".formatted(name(), orphan)));
	}

	/**
	 * Close the session and release the lock.
	 */
	@Override
	public void close() {
		if (this.session != null) {
			this.shutdown.remove(this.session);
		}
		if (this.lock != null) {
			try {
				this.lock.close();
			}
			catch (RuntimeException ex) {
				logger.warn("Failed to release the lock of '%s', which expires by itself: %s".formatted(name(),
						Causes.message(ex)));
			}
			this.lock = null;
			this.progress.lock(null);
		}
		if (this.session != null) {
			this.session.close();
			this.session = null;
		}
	}

}
