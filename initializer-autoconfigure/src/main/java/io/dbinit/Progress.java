package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a start on one database. Written by the thread that works on the
 * database, read by any.
 */
final class Progress {

	private final Clock clock;

	private final String name;

	private final Map<String, StepProgress> steps = new LinkedHashMap<>();

	private final Map<String, MigrationVersions> versions = new LinkedHashMap<>();

	private final List<Mismatch> mismatches = new ArrayList<>();

	private final List<String> limitations = new ArrayList<>();

	private final Map<String, List<PlannedChange>> plan = new LinkedHashMap<>();

	private State state = State.PENDING;

	private @Nullable String product;

	private @Nullable String waitingFor;

	private @Nullable Lease lock;

	Progress(Clock clock, String name, List<Step> steps) {
		this.clock = clock;
		this.name = name;
		for (Step step : steps) {
			this.steps.put(step.name(), new StepProgress(step.phase()));
		}
	}

	String name() {
		return this.name;
	}

	synchronized Report.DatabaseReport report() {
		List<Report.StepReport> steps = new ArrayList<>();
		for (String step : this.steps.keySet()) {
			steps.add(report(step));
		}
		return new Report.DatabaseReport(this.name, this.product, this.state, this.waitingFor, this.lock,
				Map.copyOf(this.versions), List.copyOf(steps), List.copyOf(this.mismatches),
				List.copyOf(this.limitations), Collections.unmodifiableMap(new LinkedHashMap<>(this.plan)));
	}

	synchronized Report.StepReport report(String step) {
		StepProgress progress = step(step);
		Duration duration = progress.duration;
		if (duration == null && progress.startedAt != null) {
			duration = Duration.between(progress.startedAt, this.clock.instant());
		}
		return new Report.StepReport(step, progress.phase, progress.outcome, progress.startedAt, duration,
				progress.activity, List.copyOf(progress.changes), progress.error);
	}

	synchronized State state() {
		return this.state;
	}

	synchronized void state(State state) {
		this.state = state;
		this.waitingFor = null;
	}

	synchronized void waiting(State state, String reason) {
		this.state = state;
		this.waitingFor = reason;
	}

	synchronized void looked(Marker marker) {
		this.product = marker.product();
		this.versions.putAll(marker.versions());
	}

	synchronized void lock(@Nullable Lease lease) {
		this.lock = lease;
	}

	synchronized void complete() {
		state(State.COMPLETE);
		for (StepProgress step : this.steps.values()) {
			step.outcome = Outcome.UP_TO_DATE;
		}
	}

	/**
	 * The database is complete as a newer release has it.
	 * @param upToDate the steps that are the same in both releases
	 * @param reason how the releases differ
	 */
	synchronized void kept(Set<String> upToDate, String reason) {
		state(State.COMPLETE);
		limitation(reason);
		this.steps.forEach((name, step) -> step.outcome = upToDate.contains(name) ? Outcome.UP_TO_DATE : Outcome.KEPT);
	}

	/**
	 * Add a step that is not part of the plan and is done.
	 */
	synchronized void done(String step, Phase phase, Change change) {
		this.steps.put(step, new StepProgress(phase));
		started(step);
		changed(step, change);
		ended(step, Outcome.DONE, null);
	}

	/**
	 * The changes of a step are known.
	 */
	synchronized void planned(String step, List<PlannedChange> changes) {
		if (!changes.isEmpty()) {
			this.plan.put(step, List.copyOf(changes));
		}
	}

	/**
	 * The part of the plan that was to be done is done.
	 */
	synchronized void ended() {
		boolean complete = this.steps.values()
			.stream()
			.allMatch((step) -> step.outcome == Outcome.DONE || step.outcome == Outcome.UP_TO_DATE);
		state(complete ? State.COMPLETE : State.PENDING);
	}

	synchronized void started(String step) {
		StepProgress progress = step(step);
		progress.outcome = Outcome.RUNNING;
		progress.startedAt = this.clock.instant();
	}

	synchronized void activity(String step, String activity) {
		step(step).activity = activity;
	}

	synchronized void changed(String step, Change change) {
		step(step).changes.add(change);
	}

	synchronized void ended(String step, Outcome outcome, @Nullable String error) {
		StepProgress progress = step(step);
		progress.outcome = outcome;
		progress.error = error;
		progress.activity = null;
		if (progress.startedAt != null) {
			progress.duration = Duration.between(progress.startedAt, this.clock.instant());
		}
	}

	synchronized void versions(String step, MigrationVersions versions) {
		this.versions.put(step, versions);
	}

	synchronized Map<String, MigrationVersions> versions() {
		return Map.copyOf(this.versions);
	}

	synchronized void mismatch(Mismatch mismatch) {
		this.mismatches.add(mismatch);
	}

	synchronized void limitation(String limitation) {
		if (!this.limitations.contains(limitation)) {
			this.limitations.add(limitation);
		}
	}

	/**
	 * Return the steps that are done and those that are not, one in a line. A step that
	 * failed is listed with the changes that it made, if any.
	 */
	String summary() {
		StringBuilder text = new StringBuilder();
		for (Report.StepReport step : report().steps()) {
			boolean failed = step.outcome() == Outcome.FAILED || step.outcome() == Outcome.RUNNING;
			if (failed && step.changes().isEmpty()) {
				continue;
			}
			text.append("  %s '%s'".formatted(switch (step.outcome()) {
				case DONE, UP_TO_DATE -> "done";
				case KEPT -> "kept";
				case FAILED, RUNNING -> "failed";
				case PENDING -> "not done";
			}, step.name()));
			text.append(step.changes().isEmpty() ? "" : ": " + String.join(", ", step.changeTexts()));
			text.append('\n');
		}
		return text.toString().stripTrailing();
	}

	private StepProgress step(String name) {
		StepProgress progress = this.steps.get(name);
		if (progress == null) {
			throw new IllegalArgumentException("'%s' has no step '%s'".formatted(this.name, name));
		}
		return progress;
	}

	private static final class StepProgress {

		private final Phase phase;

		private final List<Change> changes = new ArrayList<>();

		private Outcome outcome = Outcome.PENDING;

		private @Nullable Instant startedAt;

		private @Nullable Duration duration;

		private @Nullable String activity;

		private @Nullable String error;

		StepProgress(Phase phase) {
			this.phase = phase;
		}

	}

}
