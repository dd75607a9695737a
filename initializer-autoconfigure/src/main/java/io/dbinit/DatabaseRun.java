package io.dbinit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.Lock;
import io.dbinit.lock.LockTimeoutException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The work of one start on one database, in the order of the methods.
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

	private final Map<String, String> fingerprints = new LinkedHashMap<>();

	private @Nullable Lock lock;

	private @Nullable DatabaseSession session;

	private Journal journal = new NoJournal();

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

	private boolean isReadOnly() {
		return this.check.marker().readOnly();
	}

	/**
	 * Open the session of the work. The lock is taken before, unless nothing can be
	 * written. A replica that waited for the lock does not need it once its holder has
	 * made the database complete: the marker says so only from the end of a run to the
	 * beginning of the next. Then the state is {@link State#COMPLETE} and nothing is
	 * open.
	 * @param owner the owner to be
	 */
	void open(String owner) {
		if (isReadOnly()) {
			this.progress.state(State.RUNNING);
			this.progress.limitation("It is read-only: it is verified, and nothing else is done");
			opened(this.database.openReadOnly());
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
		opened(session);
		session.limitations().forEach(this.progress::limitation);
		// Before the look, as orphans may be about to write
		lease.takenOverFrom().ifPresent((dead) -> terminateOrphans(session, dead));
		if (this.check.isUpToDate()) {
			close();
			return;
		}
		this.progress.state(State.RUNNING);
		this.journal = session.journal();
	}

	private void opened(DatabaseSession session) {
		this.session = session;
		this.shutdown.add(session);
	}

	private Optional<Lease> acquire(Lock lock, String owner) {
		while (true) {
			try {
				return lock.acquire(owner, this::waiting, this.check::isUpToDate);
			}
			catch (UnavailableException ex) {
				logger.warn("Lost sight of '%s' while waiting for its lock: %s".formatted(name(), message(ex)));
				this.check.isUpToDate();
				this.progress.waiting(State.LOCKING, "the lock of '" + name() + "'");
			}
			catch (LockTimeoutException ex) {
				throw new InitializationException(message(ex), ex.isHeld()
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

	void begin(Report.RunReport run) {
		this.journal.begin(run, this.plan.environment().name());
	}

	void inspect() {
		for (Step step : steps()) {
			try {
				step.inspect(context(step));
			}
			catch (Exception ex) {
				this.progress.ended(step.name(), Outcome.FAILED, message(ex));
				throw failure(step, ex);
			}
		}
	}

	/**
	 * Run the steps of a phase, one after the other.
	 * @param phase the phase
	 * @param proceed asked before each step, as another database may have failed
	 */
	void run(Phase phase, BooleanSupplier proceed) {
		for (Step step : steps()) {
			if (step.phase() == phase && proceed.getAsBoolean()) {
				run(step);
			}
		}
		if (isReadOnly() && phase == Phase.VERIFY) {
			requireNothingPending();
		}
	}

	private List<Step> steps() {
		return this.plan.steps(this.database)
			.stream()
			.filter((step) -> !isReadOnly() || step.phase() == Phase.VERIFY)
			.toList();
	}

	/**
	 * A database on which nothing can be written is complete only if there is nothing to
	 * write.
	 */
	private void requireNothingPending() {
		List<Step> pending = this.plan.steps(this.database)
			.stream()
			.filter((step) -> step.phase() != Phase.VERIFY && isPending(step))
			.toList();
		if (!pending.isEmpty()) {
			throw new InitializationException(
					"'%s' is read-only, and %d of its steps are pending: %s".formatted(name(), pending.size(),
							pending.stream().map(Step::name).collect(Collectors.joining("', '", "'", "'"))),
					"Let a process that can write to the database run these steps, or connect this one to a server that accepts writes.",
					null);
		}
	}

	/**
	 * A step that reported a mismatch and did not fail has not made its database
	 * complete.
	 */
	void requireNoMismatches() {
		List<Mismatch> mismatches = this.progress.report().mismatches();
		if (!mismatches.isEmpty()) {
			throw new InitializationException(
					"'%s' is not as declared: %s".formatted(name(),
							mismatches.stream().map(Mismatch::toString).collect(Collectors.joining("; "))),
					"Correct the database, or the definition of the thing that is named.", null);
		}
	}

	private boolean isPending(Step step) {
		try {
			boolean pending = step.isPending(context(step));
			if (!pending) {
				this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
			}
			return pending;
		}
		catch (Exception ex) {
			throw failure(step, ex);
		}
	}

	private void run(Step step) {
		this.shutdown.check();
		String recorded = this.check.marker().steps().get(step.name());
		if (step.runPolicy() == RunPolicy.ON_CHANGE && recorded != null && step.isUpToDate(recorded)) {
			this.fingerprints.put(step.name(), recorded);
			this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
			return;
		}
		this.progress.started(step.name());
		this.listener.stepStarted(name(), this.progress.report(step.name()));
		try {
			EngineStepContext context = context(step);
			context.progress("started");
			work(step, context);
			this.fingerprints.put(step.name(), step.fingerprint());
			this.progress.ended(step.name(), Outcome.DONE, null);
		}
		catch (Exception ex) {
			Exception cause = reason(ex);
			this.progress.ended(step.name(), Outcome.FAILED, message(cause));
			if (step.isRequired() || cause instanceof LeaseLostException) {
				throw failure(step, cause);
			}
			warn("Optional step '%s' of '%s' failed: %s".formatted(step.name(), name(), message(cause)), cause);
		}
		finally {
			this.listener.stepEnded(name(), this.progress.report(step.name()));
		}
	}

	/**
	 * Our own exceptions already carry an action; their stack trace adds nothing.
	 */
	private static void warn(String failed, Exception cause) {
		if (cause instanceof InitializationException known) {
			logger.warn(failed + System.lineSeparator() + known.getAction());
			logger.debug(failed, cause);
		}
		else {
			logger.warn(failed, cause);
		}
	}

	private void work(Step step, EngineStepContext context) throws Exception {
		if (step.runPolicy() == RunPolicy.ALWAYS) {
			step.run(context);
		}
		else {
			context.retry(() -> this.journal.once(step.name(), step.fingerprint(), () -> step.run(context)));
		}
	}

	/**
	 * Return why a step failed: one whose connection was cut off, or whose statement was
	 * cancelled, fails with an error of its driver.
	 */
	private Exception reason(Exception thrown) {
		try {
			this.shutdown.check();
			if (this.lock != null) {
				this.lock.check();
			}
			return thrown;
		}
		catch (InitializationException | LeaseLostException reason) {
			if (reason != thrown) {
				reason.addSuppressed(thrown);
			}
			return reason;
		}
	}

	private EngineStepContext context(Step step) {
		if (this.session == null) {
			throw new IllegalStateException("'" + name() + "' is not open");
		}
		return new EngineStepContext(step.name(), this.plan.environment(), this.check.marker(), this.session,
				this.journal, this.progress, this::requireLock, this.lock, this.executor);
	}

	private void requireLock() {
		this.shutdown.check();
		if (this.lock != null) {
			this.lock.check();
		}
	}

	private InitializationException failure(Step step, Exception cause) {
		String action = (cause instanceof InitializationException known) ? known.getAction()
				: "Correct the cause and start again: completed changes are not repeated.";
		return new InitializationException(
				"Failed at step '%s' of '%s': %s%n%s".formatted(step.name(), name(), message(cause), doneAndNotDone())
					.stripTrailing(),
				action, cause);
	}

	/**
	 * The step that failed is named before: it is listed with the changes that it made.
	 */
	private String doneAndNotDone() {
		StringBuilder text = new StringBuilder();
		for (Report.StepReport step : this.progress.report().steps()) {
			boolean failed = step.outcome() == Outcome.FAILED || step.outcome() == Outcome.RUNNING;
			if (failed && step.changes().isEmpty()) {
				continue;
			}
			text.append("  %s '%s'".formatted(switch (step.outcome()) {
				case DONE, UP_TO_DATE -> "done";
				case FAILED, RUNNING -> "failed";
				case PENDING -> "not done";
			}, step.name()));
			text.append(step.changes().isEmpty() ? "" : ": " + String.join(", ", step.changeTexts()));
			text.append('\n');
		}
		return text.toString().stripTrailing();
	}

	/**
	 * Record how the run ended.
	 * @param run the run
	 */
	void end(Report.RunReport run) {
		this.journal.end(run, this.fingerprints, this.progress.versions());
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
						message(ex)));
			}
			this.lock = null;
			this.progress.lock(null);
		}
		if (this.session != null) {
			this.session.close();
			this.session = null;
		}
	}

	private static String message(Throwable ex) {
		return (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
	}

}
