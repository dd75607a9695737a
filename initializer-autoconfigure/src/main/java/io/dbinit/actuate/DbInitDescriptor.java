package io.dbinit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.Mismatch;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.State;
import io.dbinit.Report.StepReport;
import io.dbinit.MigrationVersions;
import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;

/**
 * Response of the endpoint. Its shape is an interface: names and meanings stay. Times are
 * text in ISO 8601, to the millisecond, independent of the configuration of a mapper;
 * {@code null} values are left out; lists are always there. As the response body of an
 * operation it is written by Actuator's own mapper.
 *
 * @param state the state of the start
 * @param environment the environment whose rules apply
 * @param startedAt the time at which it began
 * @param duration the time it took, or has taken until now
 * @param message the outcome in one sentence
 * @param moment the moment at which it began
 * @param databases the databases, in the order of their names
 */
public record DbInitDescriptor(State state, String environment, @Nullable String startedAt, @Nullable String duration,
		@Nullable String message, @Nullable String moment,
		List<DatabaseDescriptor> databases) implements OperationResponseBody {

	static DbInitDescriptor of(Report report, List<DatabaseDescriptor> databases) {
		return new DbInitDescriptor(report.state(), report.environment(), text(report.startedAt()),
				text(report.duration()), report.message(), report.moment(), databases);
	}

	/**
	 * Return this response without server versions, hosts, processes and errors.
	 */
	DbInitDescriptor sanitized() {
		return new DbInitDescriptor(this.state, this.environment, this.startedAt, this.duration,
				(this.state == State.FAILED) ? sanitize(this.message) : this.message, this.moment,
				this.databases.stream().map(DatabaseDescriptor::sanitized).toList());
	}

	private static @Nullable String sanitize(@Nullable String value) {
		return (value != null) ? SanitizableData.SANITIZED_VALUE : null;
	}

	private static @Nullable String text(@Nullable Instant time) {
		return (time != null) ? time.truncatedTo(ChronoUnit.MILLIS).toString() : null;
	}

	private static @Nullable String text(@Nullable Duration duration) {
		return (duration != null) ? duration.truncatedTo(ChronoUnit.MILLIS).toString() : null;
	}

	/**
	 * One database.
	 *
	 * @param name the name in the plan
	 * @param product the product and its version, once the database has answered
	 * @param state the state of the start on this database
	 * @param waitingFor the reason for which it waits
	 * @param lock the lock that is held or waited for
	 * @param migrations the versions of each migration tool, by the name of its step
	 * @param steps the steps, in their order
	 * @param problems the differences that verification found
	 * @param limitations the features and guarantees that this server does not support
	 * @param plan the changes that a run would make, where changes were only planned
	 * @param runs the newest runs that the database remembers, newest first
	 * @param runsError the reason for which the runs are not known
	 */
	public record DatabaseDescriptor(String name, @Nullable String product, State state, @Nullable String waitingFor,
			@Nullable LockDescriptor lock, Map<String, MigrationVersions> migrations, List<StepDescriptor> steps,
			List<Mismatch> problems, List<String> limitations, List<PlanDescriptor> plan, List<RunDescriptor> runs,
			@Nullable String runsError) implements OperationResponseBody {

		static DatabaseDescriptor of(DatabaseReport database, List<RunReport> runs, @Nullable String runsError) {
			return new DatabaseDescriptor(database.name(), database.product(), database.state(), database.waitingFor(),
					LockDescriptor.of(database.lock()), database.migrations(),
					database.steps().stream().map(StepDescriptor::of).toList(), database.mismatches(),
					database.limitations(), PlanDescriptor.of(database.plan()),
					runs.stream().map(RunDescriptor::of).toList(), runsError);
		}

		private boolean hasAnswered() {
			return this.state != State.PENDING && this.state != State.WAITING;
		}

		DatabaseDescriptor sanitized() {
			return new DatabaseDescriptor(this.name, sanitize(this.product), this.state, sanitize(this.waitingFor),
					(this.lock != null) ? this.lock.sanitized() : null, this.migrations,
					this.steps.stream().map(StepDescriptor::sanitized).toList(),
					this.problems.stream()
						.map((problem) -> new Mismatch(problem.subject(), SanitizableData.SANITIZED_VALUE,
								SanitizableData.SANITIZED_VALUE))
						.toList(),
					this.limitations.stream().map((limitation) -> SanitizableData.SANITIZED_VALUE).toList(),
					this.plan.stream().map(PlanDescriptor::sanitized).toList(),
					this.runs.stream().map(RunDescriptor::sanitized).toList(),
					hasAnswered() ? sanitize(this.runsError) : this.runsError);
		}

	}

	/**
	 * One planned change.
	 *
	 * @param step the name of the step that would make it
	 * @param change the change
	 * @param reason the reason for it
	 * @param statements the statements or commands
	 * @param warnings what it may do to the data or to the service
	 */
	public record PlanDescriptor(String step, String change, @Nullable String reason, List<String> statements,
			List<PlannedChange.Warning> warnings) {

		static List<PlanDescriptor> of(Map<String, List<PlannedChange>> plan) {
			List<PlanDescriptor> descriptors = new ArrayList<>();
			plan.forEach((step, changes) -> changes.forEach((change) -> descriptors.add(new PlanDescriptor(step,
					change.change().text(), change.reason(), change.statements(), change.warnings()))));
			return descriptors;
		}

		PlanDescriptor sanitized() {
			return new PlanDescriptor(this.step, this.change, this.reason,
					this.statements.stream().map((statement) -> SanitizableData.SANITIZED_VALUE).toList(),
					this.warnings);
		}

	}

	/**
	 * The lock of a database, by the database's clock.
	 *
	 * @param owner the holder
	 * @param token a number that grows with every holder
	 * @param since the time at which it was acquired
	 * @param expires the time at which it ends unless renewed
	 * @param doing the activity of the holder
	 */
	public record LockDescriptor(String owner, long token, @Nullable String since, @Nullable String expires,
			@Nullable String doing) {

		static @Nullable LockDescriptor of(@Nullable Lease lease) {
			return (lease != null) ? new LockDescriptor(lease.owner(), lease.token(), text(lease.since()),
					text(lease.expires()), lease.activity().isEmpty() ? null : lease.activity()) : null;
		}

		LockDescriptor sanitized() {
			return new LockDescriptor(SanitizableData.SANITIZED_VALUE, this.token, this.since, this.expires,
					this.doing);
		}

	}

	/**
	 * One step.
	 *
	 * @param name the name
	 * @param phase the phase
	 * @param outcome the outcome
	 * @param startedAt the time at which it began
	 * @param duration the time it took, or has taken until now
	 * @param doing the current activity
	 * @param changes the changes, in their order
	 * @param error the reason for which it failed
	 */
	public record StepDescriptor(String name, Phase phase, Outcome outcome, @Nullable String startedAt,
			@Nullable String duration, @Nullable String doing, List<String> changes, @Nullable String error) {

		static StepDescriptor of(StepReport step) {
			return new StepDescriptor(step.name(), step.phase(), step.outcome(), text(step.startedAt()),
					text(step.duration()), step.activity(), step.changeTexts(), step.error());
		}

		StepDescriptor sanitized() {
			return new StepDescriptor(this.name, this.phase, this.outcome, this.startedAt, this.duration, this.doing,
					this.changes, sanitize(this.error));
		}

	}

	/**
	 * One run on one database.
	 *
	 * @param id the identifier of the run, the same on every database
	 * @param token the token of the lock
	 * @param host the host
	 * @param application the name and version of the application
	 * @param startedAt the time at which it began
	 * @param duration the time it took, if it has ended
	 * @param outcome {@code RUNNING}, {@code DONE} or {@code FAILED}
	 * @param error the reason for which it failed
	 * @param steps the steps; empty while it runs
	 */
	public record RunDescriptor(String id, long token, String host, String application, @Nullable String startedAt,
			@Nullable String duration, Outcome outcome, @Nullable String error, List<StepDescriptor> steps) {

		static RunDescriptor of(RunReport run) {
			return new RunDescriptor(run.id(), run.token(), run.host(), run.application(), text(run.startedAt()),
					text(run.duration()), run.outcome(), run.error(),
					run.steps().stream().map(StepDescriptor::of).toList());
		}

		RunDescriptor sanitized() {
			return new RunDescriptor(this.id, this.token, SanitizableData.SANITIZED_VALUE, this.application,
					this.startedAt, this.duration, this.outcome, sanitize(this.error),
					this.steps.stream().map(StepDescriptor::sanitized).toList());
		}

	}

}
