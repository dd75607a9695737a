package io.dbinit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

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
 * The work of one start on one database, in the order in which the methods stand here.
 */
final class DatabaseRun implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(DatabaseRun.class);

	private final Look look;

	private final Database database;

	private final Plan plan;

	private final InitializerOptions options;

	private final Progress progress;

	private final InitializerListener listener;

	private final SideBySide sideBySide;

	private final Map<String, String> fingerprints = new LinkedHashMap<>();

	private @Nullable Lock lock;

	private @Nullable Journal journal;

	DatabaseRun(Look look, Plan plan, InitializerOptions options, InitializerListener listener, SideBySide sideBySide) {
		this.look = look;
		this.database = look.database();
		this.plan = plan;
		this.options = options;
		this.progress = look.progress();
		this.listener = listener;
		this.sideBySide = sideBySide;
	}

	String name() {
		return this.database.name();
	}

	Progress progress() {
		return this.progress;
	}

	boolean isReadOnly() {
		return this.look.marker().readOnly();
	}

	/**
	 * Prepare to verify a database on which nothing can be written, not even a lock.
	 */
	void verifyOnly() {
		this.progress.state(State.RUNNING);
		this.progress.limitation("It is read-only: it is verified, and nothing else is done");
	}

	/**
	 * Take the lock, and look again. Who waits for it does not need it any more once the
	 * one who held it has made the database complete: its marker says so only from the
	 * end of a run to the beginning of the next.
	 * @param owner the owner to be
	 * @return whether another process has done the work in the meantime
	 */
	boolean lock(String owner) {
		this.progress.waiting(State.LOCKING, "the lock of '" + name() + "'");
		this.lock = new Lock(name(), this.database.leases(), this.options.lock());
		Optional<Lease> acquired = acquire(this.lock, owner);
		if (acquired.isEmpty()) {
			close();
			return true;
		}
		Lease lease = acquired.get();
		this.progress.lock(lease);
		this.database.limitations().forEach(this.progress::limitation);
		if (lease.takenOverFrom().isPresent()) {
			// Before the look, as what is still running may be about to write
			endOrphans(lease);
		}
		if (this.look.look()) {
			close();
			return true;
		}
		this.progress.state(State.RUNNING);
		this.journal = this.database.journal(lease);
		return false;
	}

	private Optional<Lease> acquire(Lock lock, String owner) {
		while (true) {
			try {
				return lock.acquire(owner, this::waiting, this.look::look);
			}
			catch (UnavailableException ex) {
				logger.warn("Lost sight of '%s' while waiting for its lock: %s".formatted(name(), message(ex)));
				this.look.look();
				this.progress.waiting(State.LOCKING, "the lock of '" + name() + "'");
			}
			catch (LockTimeoutException ex) {
				throw new InitializationException(message(ex), ex.isHeld()
						? "Wait for its holder to finish, or allow more time with 'db-init.lock.wait'. Nothing was changed."
						: "Let an administrator end what is in the way, and start again. Nothing was changed.", ex);
			}
		}
	}

	private void waiting(Lease holder) {
		this.progress.lock(holder);
		this.progress.waiting(State.LOCKING, "held by " + holder);
		this.listener.waiting(this.progress.report());
	}

	private void endOrphans(Lease lease) {
		logger.warn("Took the lock of '%s' over from %s, which did not give it back".formatted(name(),
				lease.takenOverFrom().orElseThrow()));
		this.database.endOrphans(lease, this.options.lock().waitLimit())
			.forEach((orphan) -> logger.warn("Left by the dead holder on '%s': %s".formatted(name(), orphan)));
	}

	void begin(Report.RunReport run) {
		if (this.journal != null) {
			this.journal.begin(run, this.options.environment());
		}
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
	}

	private List<Step> steps() {
		return this.plan.steps(this.database)
			.stream()
			.filter((step) -> !isReadOnly() || step.phase() == Phase.VERIFY)
			.toList();
	}

	private void run(Step step) {
		String recorded = this.look.marker().steps().get(step.name());
		if (!step.isRepeatable() && recorded != null && step.isUpToDate(recorded)) {
			this.fingerprints.put(step.name(), recorded);
			this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
			return;
		}
		this.progress.started(step.name());
		this.listener.stepStarted(name(), this.progress.report(step.name()));
		try {
			StepContext context = context(step);
			context.progress("started");
			work(step, context);
			this.fingerprints.put(step.name(), step.fingerprint());
			this.progress.ended(step.name(), Outcome.DONE, null);
		}
		catch (Exception ex) {
			Exception cause = lost(ex);
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
	 * What we threw says what to do, and where it came from helps nobody.
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

	private void work(Step step, StepContext context) throws Exception {
		if (step.isRepeatable() || this.journal == null) {
			step.run(context);
		}
		else {
			Journal journal = this.journal;
			context.persist(() -> journal.once(step.name(), step.fingerprint(), () -> step.run(context)));
		}
	}

	/**
	 * A step whose connection was cut off fails with an error of its driver: say why.
	 * @param ex what the step threw
	 * @return the reason
	 */
	private Exception lost(Exception ex) {
		try {
			if (this.lock != null) {
				this.lock.check();
			}
			return ex;
		}
		catch (LeaseLostException lost) {
			if (lost != ex) {
				lost.addSuppressed(ex);
			}
			return lost;
		}
	}

	private StepContext context(Step step) {
		return new StepContext(this.database, this.look.marker(), this.options, this.progress, step.name(), this.lock,
				this.journal, this.sideBySide);
	}

	private InitializationException failure(Step step, Exception cause) {
		String action = (cause instanceof InitializationException known) ? known.getAction()
				: "Correct the cause and start again: what is done is not repeated.";
		return new InitializationException(
				"Failed at step '%s' of '%s': %s%n%s".formatted(step.name(), name(), message(cause), doneAndNotDone()),
				action, cause);
	}

	private String doneAndNotDone() {
		StringBuilder text = new StringBuilder();
		for (Report.StepReport step : this.progress.report().steps()) {
			text.append("  %s '%s'".formatted(switch (step.outcome()) {
				case DONE, UP_TO_DATE -> "done";
				case FAILED, RUNNING -> "failed";
				case PENDING -> "not done";
			}, step.name()));
			text.append(step.changes().isEmpty() ? "" : ": " + String.join(", ", step.changes())).append('\n');
		}
		return text.toString().stripTrailing();
	}

	/**
	 * Write down how the run ended.
	 * @param run the run
	 */
	void end(Report.RunReport run) {
		if (this.journal != null) {
			this.journal.end(run, this.fingerprints, this.progress.versions());
		}
	}

	/**
	 * Give the lock back.
	 */
	@Override
	public void close() {
		if (this.lock != null) {
			try {
				this.lock.close();
			}
			catch (RuntimeException ex) {
				logger.warn(
						"Failed to release the lock of '%s', which ends by itself: %s".formatted(name(), message(ex)));
			}
			this.lock = null;
			this.progress.lock(null);
		}
		this.database.disconnect();
	}

	private static String message(Throwable ex) {
		return (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
	}

}
