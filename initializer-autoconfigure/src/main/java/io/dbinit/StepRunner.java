package io.dbinit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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
final class StepRunner implements EngineStepContext.Records {

	private static final Log logger = LogFactory.getLog(StepRunner.class);

	private final String name;

	private final List<Step> steps;

	private final Environment environment;

	private final Release release;

	private final Predicate<@Nullable String> restamp;

	private final Set<PlannedChange.Risk> refused;

	private final UpToDateCheck check;

	private final DatabaseSession session;

	private final Journal journal;

	private final Progress progress;

	private final InitializerListener listener;

	private final @Nullable Lock lock;

	private final DatabaseExecutor executor;

	private final Shutdown shutdown;

	private final String application;

	private final Map<String, String> fingerprints = new LinkedHashMap<>();

	private boolean forgotten;

	StepRunner(Database database, Plan plan, UpToDateCheck check, DatabaseSession session, Journal journal,
			Progress progress, InitializerListener listener, @Nullable Lock lock, DatabaseExecutor executor,
			Shutdown shutdown) {
		this.name = database.name();
		this.steps = plan.steps(database);
		this.environment = plan.environment();
		this.application = plan.application();
		this.release = plan.release();
		this.restamp = plan::isRestamped;
		this.refused = plan.refused();
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
		requireNoConflicts();
		this.journal.begin(run, this.environment.name(), this.release);
		String stamp = this.check.marker().environment();
		if (this.restamp.test(stamp)) {
			this.journal.stamp(this.environment.name());
			this.check.stamped();
			this.progress.done("stamp", Phase.MIGRATE,
					Change.alter("environment", "environment '%s' to '%s'".formatted(stamp, this.environment.name())));
		}
	}

	/**
	 * Two applications that declare a thing differently would undo each other's changes.
	 */
	private void requireNoConflicts() {
		List<Definition> definitions = definitions();
		if (definitions.isEmpty()) {
			return;
		}
		Map<String, Definition> own = new LinkedHashMap<>();
		definitions.forEach((definition) -> own.put(definition.name(), definition));
		this.journal.otherDefinitions().forEach((application, others) -> {
			for (Definition other : others) {
				Definition definition = own.get(other.name());
				if (definition != null && !definition.fingerprint().equals(other.fingerprint())) {
					throw new InitializationException(
							"'%s' is shared by two applications that declare the %s differently: this one at %s, and '%s' at %s"
								.formatted(this.name, other.name(), definition.where(), application, other.where()),
							"Declare it in one of the applications only, or in the same way in both. If '%s' does not exist any more, delete its records. Nothing was changed."
								.formatted(application),
							null);
				}
			}
		});
	}

	private List<Definition> definitions() {
		return this.steps.stream()
			.flatMap((step) -> step.definitions().stream())
			.map((definition) -> new Definition(definition.name(), Fingerprint.of(definition.fingerprint()),
					definition.where()))
			.toList();
	}

	void inspect() {
		inspectSteps();
		if (!isReadOnly()) {
			attempt();
		}
	}

	/**
	 * Record the plan before its first step runs, so that a later start of this release
	 * is not taken for a newer one if this one fails.
	 */
	private void attempt() {
		if (this.steps.stream().anyMatch((step) -> step instanceof KeptStep)) {
			return;
		}
		this.journal.declare(definitions());
		PlanHistory history = new PlanHistory(this.steps, this.journal.plans());
		Map<String, String> before = this.check.marker().fingerprints(this.steps);
		if (history.newest().isEmpty() && !before.isEmpty()) {
			this.journal.attempt(this.check.marker().release(), before, Integer.MAX_VALUE);
			history = new PlanHistory(this.steps, this.journal.plans());
		}
		if (history.isNewest()) {
			return;
		}
		List<String> alternating = history.alternating(this.release, Instant.now());
		if (!alternating.isEmpty()) {
			this.progress.limitation(
					"Replicas of release %s undo each other's work: '%s' differs between them. Look for a placeholder or a setting that has different values"
						.formatted(this.release, String.join("', '", alternating)));
		}
		this.journal.attempt(this.release, history.fingerprints(),
				history.superseded().map(PlanRecord::position).orElse(Integer.MAX_VALUE));
	}

	private void inspectSteps() {
		for (Step step : steps()) {
			try {
				step.inspect(context(step));
			}
			catch (Exception ex) {
				this.progress.ended(step.name(), Outcome.FAILED, Causes.message(ex));
				throw failure(step, ex);
			}
		}
		if (!this.refused.isEmpty()) {
			requireNoRisk();
		}
	}

	private void requireNoRisk() {
		List<String> risks = new ArrayList<>();
		for (Step step : steps()) {
			if (step.phase() == Phase.VERIFY
					|| (step.runPolicy() == RunPolicy.ON_CHANGE && this.check.marker().isUpToDate(step))) {
				continue;
			}
			try {
				step.plan(context(step))
					.forEach((change) -> change.warnings()
						.stream()
						.filter((warning) -> this.refused.contains(warning.risk()))
						.forEach((warning) -> risks
							.add("%s, %s: %s".formatted(step.name(), change.change(), warning.text()))));
			}
			catch (Exception ex) {
				throw failure(step, ex);
			}
		}
		if (!risks.isEmpty()) {
			throw new InitializationException(
					"Changes of '%s' are refused, as 'db-init.plan.fail-on' says:%n  %s".formatted(this.name,
							String.join(System.lineSeparator() + "  ", risks)),
					"Write them in another way, or start once without 'db-init.plan.fail-on' if they are meant. Nothing was changed.",
					null);
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
			String names = pending.stream().map(Step::name).collect(Collectors.joining("', '", "'", "'"));
			throw this.check.isVerifying() ? new InitializationException(
					"%d steps of '%s' are pending: %s".formatted(pending.size(), this.name, names),
					"Complete the database with 'db-init setup', or start the application. Nothing was changed.", null)
					: new InitializationException(
							"'%s' is read-only, and %d of its steps are pending: %s".formatted(this.name,
									pending.size(), names),
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
		if (step instanceof KeptStep) {
			keep(step);
			return;
		}
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
			if (step.runPolicy() != RunPolicy.WITH_OTHERS) {
				this.fingerprints.put(step.name(), step.fingerprint());
			}
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
	 * Keep the record of a step that is not part of the run. After a run that has not
	 * ended, a step that compares is not known to be complete.
	 */
	private void keep(Step step) {
		Marker marker = this.check.marker();
		String recorded = marker.steps().get(step.name());
		if (this.forgotten || recorded == null || (!marker.complete() && step.runPolicy() == RunPolicy.ALWAYS)) {
			return;
		}
		this.fingerprints.put(step.name(), recorded);
		if (marker.isUpToDate(step)) {
			this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
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
		if (step.runPolicy() != RunPolicy.ON_CHANGE) {
			boolean[] again = new boolean[1];
			context.retry(() -> {
				if (again[0]) {
					// The attempt before was rolled back
					step.inspect(context);
				}
				again[0] = true;
				step.run(context);
			});
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
				this.progress, this::requireLock, this, this.lock, this.executor);
	}

	@Override
	public void forget() {
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

	@Override
	public void beginRestore(String backup) {
		forget();
		try {
			this.journal.once(Marker.RESTORE, Marker.RESTORING + backup, () -> {
			});
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The record of the restore stays until the next run, which therefore compares the
	 * whole database.
	 */
	@Override
	public void endRestore(Map<String, Map<String, String>> records) {
		this.journal.restore(records);
		this.fingerprints.putAll(records.getOrDefault(this.application, Map.of()));
		this.fingerprints.put(Marker.RESTORE, "restored");
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
	 * Read what the steps would do. Changes nothing.
	 */
	void plan() {
		for (Step step : this.steps) {
			try {
				if (step.phase() == Phase.VERIFY) {
					continue;
				}
				if (step.runPolicy() == RunPolicy.ON_CHANGE && this.check.marker().isUpToDate(step)) {
					this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
					continue;
				}
				EngineStepContext context = context(step);
				step.inspect(context);
				List<PlannedChange> changes = step.plan(context);
				this.progress.planned(step.name(), changes);
				if (changes.isEmpty() && !step.isPending(context)) {
					this.progress.ended(step.name(), Outcome.UP_TO_DATE, null);
				}
			}
			catch (Exception ex) {
				Exception cause = this.session.presentable(ex);
				this.progress.ended(step.name(), Outcome.FAILED, Causes.message(cause));
				throw failure(step, cause);
			}
		}
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
		Set<String> kept = this.steps.stream()
			.filter((step) -> step instanceof KeptStep)
			.map(Step::name)
			.collect(Collectors.toSet());
		ledgers.forEach((step, ledger) -> {
			if (!kept.contains(step)) {
				this.fingerprints.computeIfPresent(step, (name, fingerprint) -> marker.record(ledger, fingerprint));
			}
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
