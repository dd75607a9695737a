package io.dbinit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The state of a start at one moment.
 *
 * @param state how far it is
 * @param outcome how it ended, {@code PENDING} or {@code RUNNING} before;
 * {@code UP_TO_DATE} if it found every database complete
 * @param environment the name of the environment whose rules apply
 * @param startedAt when it began, {@code null} while pending
 * @param duration how long it took, or has taken until now, {@code null} while pending
 * @param message one sentence on the outcome, {@code null} until there is one
 * @param moment the moment at which it began, like {@code bean 'jdbcTemplate'} for the
 * bean that needs the databases, or {@code application runner}; {@code null} if it is not
 * known
 * @param databases the databases, in the order of their names
 */
public record Report(State state, Outcome outcome, String environment, @Nullable Instant startedAt,
		@Nullable Duration duration, @Nullable String message, @Nullable String moment,
		List<DatabaseReport> databases) {

	/**
	 * How far a start is.
	 */
	public enum State {

		/** It has not begun, or it has done the part that it was told to do. */
		PENDING,

		/** A database does not answer yet. */
		WAITING,

		/** Another process holds a lock that is needed. */
		LOCKING,

		/** The steps are being run. */
		RUNNING,

		/** Changes are pending. They were planned, and none was made. */
		PLANNED,

		/** Every database is complete. */
		COMPLETE,

		/** It ended without making every database complete. */
		FAILED

	}

	/**
	 * How a step ended.
	 */
	public enum Outcome {

		/** It has not begun. */
		PENDING,

		/** It is being run. */
		RUNNING,

		/** It succeeded. */
		DONE,

		/** It had nothing to do. */
		UP_TO_DATE,

		/** It was left as a newer release of the application has it. */
		KEPT,

		/** It failed. */
		FAILED

	}

	/**
	 * Return whether a database was left as a newer release of the application has it.
	 */
	boolean isKept() {
		return this.databases.stream()
			.flatMap((database) -> database.steps().stream())
			.anyMatch((step) -> step.outcome() == Outcome.KEPT);
	}

	/**
	 * One database.
	 *
	 * @param name its name in the plan
	 * @param product the product and its version, {@code null} until it answered
	 * @param state how far the start is with it
	 * @param waitingFor why it waits, {@code null} if it does not
	 * @param lock the lease that this process holds or waits for, {@code null} if there
	 * is none
	 * @param migrations the versions of each migration tool, by the name of its step
	 * @param steps the steps, in their order
	 * @param mismatches the differences that verification found
	 * @param limitations declarations that this server does not support, guarantees that
	 * it cannot give, and changes of definitions that are not applied
	 * @param plan the changes that a run would make, by the name of their step; empty
	 * unless changes were only planned
	 */
	public record DatabaseReport(String name, @Nullable String product, State state, @Nullable String waitingFor,
			@Nullable Lease lock, Map<String, MigrationVersions> migrations, List<StepReport> steps,
			List<Mismatch> mismatches, List<String> limitations, Map<String, List<PlannedChange>> plan) {

		/**
		 * Create a report of a database of which nothing is planned.
		 * @param name its name in the plan
		 * @param product the product and its version
		 * @param state how far the start is with it
		 * @param waitingFor why it waits
		 * @param lock the lease that this process holds or waits for
		 * @param migrations the versions of each migration tool
		 * @param steps the steps
		 * @param mismatches the differences that verification found
		 * @param limitations what does not hold on this server
		 */
		public DatabaseReport(String name, @Nullable String product, State state, @Nullable String waitingFor,
				@Nullable Lease lock, Map<String, MigrationVersions> migrations, List<StepReport> steps,
				List<Mismatch> mismatches, List<String> limitations) {
			this(name, product, state, waitingFor, lock, migrations, steps, mismatches, limitations, Map.of());
		}

	}

	/**
	 * One step.
	 *
	 * @param name its name
	 * @param phase its phase
	 * @param outcome how it ended
	 * @param startedAt when it began, {@code null} if it did not
	 * @param duration how long it took, or has taken until now, {@code null} if it did
	 * not begin
	 * @param activity its current activity, {@code null} if it is not running
	 * @param changes the changes that it made, in their order
	 * @param error why it failed, {@code null} if it did not
	 */
	public record StepReport(String name, Phase phase, Outcome outcome, @Nullable Instant startedAt,
			@Nullable Duration duration, @Nullable String activity, List<Change> changes, @Nullable String error) {

		/**
		 * Return the texts of the changes.
		 * @return the texts, in the order of the changes
		 */
		public List<String> changeTexts() {
			return this.changes.stream().map(Change::text).toList();
		}

	}

	/**
	 * One run on one database, as its history keeps it.
	 *
	 * @param id identifies the run on every database on which it worked
	 * @param token the token of the lease under which it worked
	 * @param host the host on which it ran
	 * @param application the name and version of the application, as far as they are
	 * known
	 * @param startedAt when it began
	 * @param duration how long it took, {@code null} if it has not ended or was killed
	 * @param outcome {@code RUNNING}, {@code DONE} or {@code FAILED}
	 * @param error why it failed, {@code null} if it did not
	 * @param steps its steps; empty while it runs
	 */
	public record RunReport(String id, long token, String host, String application, Instant startedAt,
			@Nullable Duration duration, Outcome outcome, @Nullable String error, List<StepReport> steps) {
	}

}
