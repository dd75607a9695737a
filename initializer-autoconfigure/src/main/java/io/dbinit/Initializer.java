package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import org.jspecify.annotations.Nullable;

/**
 * Performs a start.
 * <ol>
 * <li>Wait for every database, concurrently, and look: one read each. Those whose
 * recorded fingerprints are those of the plan are left alone.</li>
 * <li>Take the others in groups. Lock each database of a group, in the order of their
 * names, so that two processes cannot wait for each other. Look again, before a lock that
 * was waited for is taken, and once it is held: another process may have done the
 * work.</li>
 * <li>Where the lock was taken over from a dead holder, terminate its sessions.</li>
 * <li>Let every step inspect its database before any of them changes it.</li>
 * <li>Run the steps, phase by phase, the databases of the group concurrently. Before each
 * step the lease is checked.</li>
 * <li>Record the outcome, guarded by the token, and release the locks.</li>
 * </ol>
 */
public final class Initializer {

	private final Plan plan;

	private final InitializerOptions options;

	private final InitializerListener listener;

	private final Clock clock;

	private final Map<Database, Progress> progress = new LinkedHashMap<>();

	private volatile State state = State.PENDING;

	private volatile Outcome outcome = Outcome.PENDING;

	private volatile @Nullable Instant startedAt;

	private volatile @Nullable Duration duration;

	private volatile @Nullable String message;

	/**
	 * Create an initializer.
	 * @param plan the plan of the start
	 * @param options the settings of the start
	 * @param listeners told of the progress
	 * @param clock for the times in the report; no decision depends on it
	 */
	public Initializer(Plan plan, InitializerOptions options, List<InitializerListener> listeners, Clock clock) {
		this.plan = plan;
		this.options = options;
		this.listener = new CompositeListener(listeners);
		this.clock = clock;
		reset();
	}

	private void reset() {
		synchronized (this.progress) {
			for (Database database : this.plan.databases()) {
				this.progress.put(database, new Progress(this.clock, database.name(), this.plan.steps(database)));
			}
		}
	}

	/**
	 * Return the state of the start. Can be called at any time.
	 * @return the report
	 */
	public Report report() {
		List<Progress> progress;
		synchronized (this.progress) {
			progress = List.copyOf(this.progress.values());
		}
		Instant startedAt = this.startedAt;
		Duration duration = this.duration;
		if (duration == null && startedAt != null) {
			duration = Duration.between(startedAt, this.clock.instant());
		}
		return new Report(state(progress), this.outcome, this.plan.environment().name(), startedAt, duration,
				this.message, databases(progress));
	}

	private static List<Report.DatabaseReport> databases(List<Progress> progress) {
		List<Report.DatabaseReport> databases = new ArrayList<>();
		for (Progress database : progress) {
			databases.add(database.report());
		}
		return List.copyOf(databases);
	}

	private State state(List<Progress> databases) {
		State state = this.state;
		if (state != State.RUNNING) {
			return state;
		}
		State together = State.WAITING;
		for (Progress database : databases) {
			if (database.state() == State.RUNNING) {
				return State.RUNNING;
			}
			if (database.state() == State.LOCKING) {
				together = State.LOCKING;
			}
		}
		return together;
	}

	/**
	 * Return the newest runs that a database remembers.
	 * @param database the name of the database
	 * @param limit how many at most
	 * @return the runs, newest first
	 */
	public List<Report.RunReport> history(String database, int limit) {
		return this.plan.databases()
			.stream()
			.filter((candidate) -> candidate.name().equals(database))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no database '" + database + "'"))
			.history(limit);
	}

	/**
	 * Perform a start.
	 * @return the report, whose state is {@link State#COMPLETE}
	 * @throws InitializationException if a database could not be made complete
	 */
	public synchronized Report run() {
		reset();
		this.message = null;
		this.duration = null;
		Instant start = this.clock.instant();
		this.startedAt = start;
		this.state = State.RUNNING;
		this.outcome = Outcome.RUNNING;
		this.listener.started(report());
		try {
			List<String> worked = run(start);
			this.outcome = worked.isEmpty() ? Outcome.UP_TO_DATE : Outcome.DONE;
			this.message = worked.isEmpty() ? nothing() : "Worked on " + String.join(", ", worked);
			this.state = State.COMPLETE;
		}
		catch (RuntimeException ex) {
			this.state = State.FAILED;
			this.outcome = Outcome.FAILED;
			this.message = ex.getMessage();
			throw ex;
		}
		finally {
			this.duration = Duration.between(start, this.clock.instant());
			this.listener.ended(report());
		}
		return report();
	}

	private String nothing() {
		return report().isKept() ? "Nothing to do for an older release" : "Nothing to do";
	}

	/**
	 * Make the databases complete.
	 * @param start when the start began
	 * @return the names of those on which a step ran
	 */
	private List<String> run(Instant start) {
		DatabaseExecutor executor = new DatabaseExecutor(this.options.concurrency());
		List<UpToDateCheck> checks = new ArrayList<>();
		for (Map.Entry<Database, Progress> entry : this.progress.entrySet()) {
			checks.add(new UpToDateCheck(entry.getKey(), this.plan, this.options, entry.getValue(), this.listener));
		}
		if (this.options.mode() != Mode.RUN) {
			executor.each(checks, UpToDateCheck::name, new Follower(this.plan, this.options, this.listener)::follow);
			return List.of();
		}
		if (checks.size() == 1) {
			// Most starts end here: without the classes that the next lines need
			return checks.get(0).isUpToDate() ? List.of() : work(checks, executor, start);
		}
		executor.each(checks, UpToDateCheck::name, UpToDateCheck::isUpToDate);
		checks.removeIf((check) -> check.progress().state() == State.COMPLETE);
		return checks.isEmpty() ? List.of() : work(checks, executor, start);
	}

	/**
	 * Work on the databases in groups, so that the connections and threads of a start are
	 * bounded.
	 */
	private List<String> work(List<UpToDateCheck> checks, DatabaseExecutor executor, Instant start) {
		List<String> worked = new ArrayList<>();
		try (Shutdown shutdown = new Shutdown()) {
			for (int i = 0; i < checks.size(); i += this.options.concurrency()) {
				List<UpToDateCheck> group = checks.subList(i, Math.min(checks.size(), i + this.options.concurrency()));
				worked.addAll(work(group, executor, start, shutdown));
			}
		}
		return worked;
	}

	private List<String> work(List<UpToDateCheck> group, DatabaseExecutor executor, Instant start, Shutdown shutdown) {
		List<DatabaseRun> runs = new ArrayList<>();
		for (UpToDateCheck check : group) {
			runs.add(new DatabaseRun(check, this.plan, this.options, this.listener, executor, shutdown));
		}
		try {
			List<DatabaseRun> pending = new ArrayList<>();
			for (DatabaseRun run : runs) {
				shutdown.check();
				run.open(GroupRun.owner(this.options));
				if (run.progress().state() != State.COMPLETE) {
					pending.add(run);
				}
			}
			if (!pending.isEmpty()) {
				new GroupRun(pending, executor, this.options, this.clock, start).perform();
			}
			return pending.stream().filter(Initializer::didWork).map(DatabaseRun::name).toList();
		}
		finally {
			runs.forEach(DatabaseRun::close);
		}
	}

	/**
	 * A plan without steps still marks its databases, once.
	 */
	private static boolean didWork(DatabaseRun run) {
		List<Report.StepReport> steps = run.progress().report().steps();
		return steps.isEmpty() || steps.stream().anyMatch((step) -> step.outcome() != Outcome.UP_TO_DATE);
	}

}
