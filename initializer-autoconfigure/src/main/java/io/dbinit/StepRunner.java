package io.dbinit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.dbinit.Report.Outcome;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.Lock;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one start on one database, from the record of the begin of the run to
 * that of its end, in the order of the methods.
 */
final class StepRunner {

	private static final Log logger = LogFactory.getLog(StepRunner.class);

	private final String name;

	private final List<Step> steps;

	private final Environment environment;

	private final Release release;

	private final UpToDateCheck check;

	private final DatabaseSession session;

	private final Journal journal;

	private final Progress progress;

	private final InitializerListener listener;

	private final @Nullable Lock lock;

	private final DatabaseExecutor executor;

	private final Shutdown shutdown;

	private final Map<String, String> fingerprints = new LinkedHashMap<>();

	private boolean forgotten;

	StepRunner(Database database, Plan plan, UpToDateCheck check, DatabaseSession session, Journal journal,
			Progress progress, InitializerListener listener, @Nullable Lock lock, DatabaseExecutor executor,
			Shutdown shutdown) {
		this.name = database.name();
		this.steps = plan.steps(database);
		this.environment = plan.environment();
		this.release = plan.release();
		this.check = check;
		this.session = session;
		this.journal = journal;
		this.progress = progress;
		this.listener = listener;
		this.lock = lock;
		this.executor = executor;
		this.shutdown = shutdown;
	}

	/**
	 * Record the begin of the run.
	 * @param run the run
	 */
	void begin(Report.RunReport run) {
		this.journal.begin(run, this.environment.name(), this.release);
	}

	void inspect() {
		for (Step step : steps()) {
			try {
				step.inspect(context(step));
			}
			catch (Exception ex) {
				this.progress.ended(step.name(), Outcome.FAILED, Causes.message(ex));
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

	private boolean isReadOnly() {
		return this.check.marker().readOnly();
	}

	private List<Step> steps() {
		return this.steps.stream().filter((step) -> !isReadOnly() || step.phase() == Phase.VERIFY).toList();
	}

	/**
	 * A database on which nothing can be written is complete only if there is nothing to
	 * write.
	 */
	private void requireNothingPending() {
		List<Step> pending = this.steps.stream()
			.filter((step) -> step.phase() != Phase.VERIFY && isPending(step))
			.toList();
		if (!pending.isEmpty()) {
			throw new InitializationException(
					"'%s' is read-only, and %d of its steps are pending: %s".formatted(this.name, pending.size(),
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
					"'%s' is not as declared: %s".formatted(this.name,
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
		String recorded = this.forgotten ? null : this.check.marker().steps().get(step.name());
		if (step.runPolicy() == RunPolicy.ON_CHANGE && recorded != null && step.isUpToDate(recorded)) {
			this.fingerprints.put(step.name(), step.keptFingerprint(recorded));
			step.remark(recorded).ifPresent(this.progress::limitation);
			this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
			return;
		}
		this.progress.started(step.name());
		this.listener.stepStarted(this.name, this.progress.report(step.name()));
		try {
			EngineStepContext context = context(step);
			context.progress("started");
			work(step, context);
			this.fingerprints.put(step.name(), step.fingerprint());
			this.progress.ended(step.name(), Outcome.DONE, null);
		}
		catch (Exception ex) {
			Exception cause = reason(ex);
			this.progress.ended(step.name(), Outcome.FAILED, Causes.message(cause));
			if (step.isRequired() || cause instanceof LeaseLostException) {
				throw failure(step, cause);
			}
			warn("Optional step '%s' of '%s' failed: %s".formatted(step.name(), this.name, Causes.message(cause)),
					cause);
		}
		finally {
			this.listener.stepEnded(this.name, this.progress.report(step.name()));
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
			return this.session.presentable(thrown);
		}
		catch (InitializationException | LeaseLostException reason) {
			if (reason != thrown) {
				reason.addSuppressed(this.session.presentable(thrown));
			}
			return reason;
		}
	}

	private EngineStepContext context(Step step) {
		return new EngineStepContext(step.name(), this.environment, this.check.marker(), this.session, this.journal,
				this.progress, this::requireLock, this::forget, this.lock, this.executor);
	}

	private void forget() {
		List<String> others = this.journal.otherApplications();
		if (!others.isEmpty()) {
			throw new InitializationException(
					"The data of '%s' cannot be dropped, as it is also that of the application%s %s".formatted(
							this.name, (others.size() > 1) ? "s" : "",
							others.stream().collect(Collectors.joining("', '", "'", "'"))),
					"Drop the data of this application alone, or delete the records of applications that do not exist any more. Nothing was dropped.",
					null);
		}
		this.journal.forget();
		this.fingerprints.clear();
		this.forgotten = true;
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
		return new InitializationException("Failed at step '%s' of '%s': %s%n%s"
			.formatted(step.name(), this.name, Causes.message(cause), this.progress.summary())
			.stripTrailing(), action, cause);
	}

	/**
	 * Record the end of the run.
	 * @param run the run
	 */
	void end(Report.RunReport run) {
		if (run.outcome() == Outcome.DONE && !isReadOnly()) {
			recordLedgers();
		}
		this.journal.end(run, this.fingerprints, this.progress.versions());
	}

	/**
	 * Record the ledgers as they are after the last step, since two tools may share one.
	 */
	private void recordLedgers() {
		Map<String, Ledger> ledgers = new LinkedHashMap<>();
		this.steps.forEach((step) -> step.ledger().ifPresent((ledger) -> ledgers.put(step.name(), ledger)));
		if (ledgers.isEmpty()) {
			return;
		}
		Marker marker = this.check.readLedgers();
		ledgers.forEach((step, ledger) -> {
			this.fingerprints.computeIfPresent(step, (name, fingerprint) -> marker.record(ledger, fingerprint));
			String before = this.check.marker().prefix(ledger);
			String after = marker.prefix(ledger);
			if (before.length() > 1 && after.length() > 1 && !before.equals(after)) {
				this.journal.ledgerChanged(before, after);
			}
			if (!marker.ledgers().containsKey(ledger)) {
				this.progress.limitation(
						"'%s' cannot be read by the application: a start does not notice changes that other programs make to it"
							.formatted(ledger.name()));
			}
		});
	}

}
