package io.dbinit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.dbinit.Phase;
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

/**
 * What the endpoint shows. Its shape is an interface: names and meanings stay. Times are
 * text in ISO 8601, to the millisecond, whatever a mapper makes of other types; what is
 * {@code null} is left out; lists are always there. As a response body of an operation it
 * is written by Actuator's own mapper, whatever that of the application is like.
 *
 * @param state how far the start is
 * @param environment the environment whose rules apply
 * @param startedAt when it began
 * @param duration how long it took, or has taken until now
 * @param message one sentence on the outcome
 * @param databases the databases, in the order of their names
 */
public record DbInitDescriptor(State state, String environment, @Nullable String startedAt, @Nullable String duration,
		@Nullable String message, List<DatabaseDescriptor> databases) implements OperationResponseBody {

	static DbInitDescriptor of(Report report, List<DatabaseDescriptor> databases) {
		return new DbInitDescriptor(report.state(), report.environment(), text(report.startedAt()),
				text(report.duration()), report.message(), databases);
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
	 * @param name its name in the plan
	 * @param product the product and its version, once it has answered
	 * @param state how far the start is with it
	 * @param waitingFor why it waits
	 * @param lock the lock that is held or waited for
	 * @param migrations the versions of each migration tool, by the name of its step
	 * @param steps the steps, in their order
	 * @param problems what verification found
	 * @param limitations what cannot be had or guaranteed on this server
	 * @param runs the newest runs that the database remembers, newest first
	 * @param runsError why the runs are not known
	 */
	public record DatabaseDescriptor(String name, @Nullable String product, State state, @Nullable String waitingFor,
			@Nullable LockDescriptor lock, Map<String, MigrationVersions> migrations, List<StepDescriptor> steps,
			List<Mismatch> problems, List<String> limitations, List<RunDescriptor> runs,
			@Nullable String runsError) implements OperationResponseBody {

		static DatabaseDescriptor of(DatabaseReport database, List<RunReport> runs, @Nullable String runsError) {
			return new DatabaseDescriptor(database.name(), database.product(), database.state(), database.waitingFor(),
					LockDescriptor.of(database.lock()), database.migrations(),
					database.steps().stream().map(StepDescriptor::of).toList(), database.mismatches(),
					database.limitations(), runs.stream().map(RunDescriptor::of).toList(), runsError);
		}

	}

	/**
	 * The lock of a database, by the database's clock.
	 *
	 * @param owner who holds it
	 * @param token grows with every holder
	 * @param since when it was given
	 * @param expires when it ends unless renewed
	 * @param doing what its holder does
	 */
	public record LockDescriptor(String owner, long token, @Nullable String since, @Nullable String expires,
			@Nullable String doing) {

		static @Nullable LockDescriptor of(@Nullable Lease lease) {
			return (lease != null) ? new LockDescriptor(lease.owner(), lease.token(), text(lease.since()),
					text(lease.expires()), lease.activity().isEmpty() ? null : lease.activity()) : null;
		}

	}

	/**
	 * One step.
	 *
	 * @param name its name
	 * @param phase its phase
	 * @param outcome how it ended
	 * @param startedAt when it began
	 * @param duration how long it took, or has taken until now
	 * @param doing what it does now
	 * @param changes what it changed, in its order
	 * @param error why it failed
	 */
	public record StepDescriptor(String name, Phase phase, Outcome outcome, @Nullable String startedAt,
			@Nullable String duration, @Nullable String doing, List<String> changes, @Nullable String error) {

		static StepDescriptor of(StepReport step) {
			return new StepDescriptor(step.name(), step.phase(), step.outcome(), text(step.startedAt()),
					text(step.duration()), step.activity(), step.changeTexts(), step.error());
		}

	}

	/**
	 * One run on one database.
	 *
	 * @param id identifies the run on every database on which it worked
	 * @param token the token of the lock under which it worked
	 * @param host the host on which it ran
	 * @param application the name and version of the application
	 * @param startedAt when it began
	 * @param duration how long it took, if it has ended
	 * @param outcome {@code RUNNING}, {@code DONE} or {@code FAILED}
	 * @param error why it failed
	 * @param steps its steps; empty while it runs
	 */
	public record RunDescriptor(String id, long token, String host, String application, @Nullable String startedAt,
			@Nullable String duration, Outcome outcome, @Nullable String error, List<StepDescriptor> steps) {

		static RunDescriptor of(RunReport run) {
			return new RunDescriptor(run.id(), run.token(), run.host(), run.application(), text(run.startedAt()),
					text(run.duration()), run.outcome(), run.error(),
					run.steps().stream().map(StepDescriptor::of).toList());
		}

	}

}
