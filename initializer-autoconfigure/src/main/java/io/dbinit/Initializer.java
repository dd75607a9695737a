package io.dbinit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import org.jspecify.annotations.Nullable;

/**
 * Performs a start.
 * <ol>
 * <li>Wait for every database, all at once, and look: one read each. Those whose recorded
 * fingerprints are those of the plan are left alone.</li>
 * <li>Lock the others, in the order of their names, so that two processes cannot wait for
 * each other. Look again, before a lock that was waited for is taken, and once it is
 * held: somebody else may have done the work.</li>
 * <li>Where the lock was taken over from a dead holder, end what it left running.</li>
 * <li>Let every step look at its database before any changes it.</li>
 * <li>Run the steps, phase by phase, the databases side by side. Before each step the
 * lease is checked.</li>
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

	private volatile @Nullable Instant startedAt;

	private volatile @Nullable Duration duration;

	private volatile @Nullable String message;

	/**
	 * Create an initializer.
	 * @param plan what to do
	 * @param options how to do it
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
	 * Return what the start is doing, or has done. Can be called at any time.
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
		return new Report(state(progress), this.options.environment(), startedAt, duration, this.message,
				databases(progress));
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
		this.listener.started(report());
		try {
			this.message = run(start);
			this.state = State.COMPLETE;
		}
		catch (RuntimeException ex) {
			this.state = State.FAILED;
			this.message = ex.getMessage();
			throw ex;
		}
		finally {
			this.duration = Duration.between(start, this.clock.instant());
			this.listener.ended(report());
		}
		return report();
	}

	private String run(Instant start) {
		SideBySide sideBySide = new SideBySide();
		List<Look> looks = new ArrayList<>();
		for (Map.Entry<Database, Progress> entry : this.progress.entrySet()) {
			looks.add(new Look(entry.getKey(), this.plan, this.options, entry.getValue(), this.listener));
		}
		if (looks.size() == 1) {
			// Most starts end here: without what the next line needs
			return looks.get(0).look() ? Report.NOTHING_TO_DO : work(looks, sideBySide, start);
		}
		sideBySide.each(looks, Look::name, Look::look);
		looks.removeIf((look) -> look.progress().state() == State.COMPLETE);
		return looks.isEmpty() ? Report.NOTHING_TO_DO : work(looks, sideBySide, start);
	}

	private String work(List<Look> looks, SideBySide sideBySide, Instant start) {
		List<DatabaseRun> runs = new ArrayList<>();
		for (Look look : looks) {
			runs.add(new DatabaseRun(look, this.plan, this.options, this.listener, sideBySide));
		}
		try {
			List<DatabaseRun> pending = new ArrayList<>(runs);
			pending.removeIf(this::isDoneByAnother);
			if (pending.isEmpty()) {
				return Report.NOTHING_TO_DO;
			}
			perform(pending, sideBySide, start);
			return "Worked on " + pending.stream().map(DatabaseRun::name).collect(Collectors.joining(", "));
		}
		finally {
			runs.forEach(DatabaseRun::close);
		}
	}

	private boolean isDoneByAnother(DatabaseRun run) {
		if (run.isReadOnly()) {
			run.verifyOnly();
			return false;
		}
		return run.lock(owner());
	}

	private void perform(List<DatabaseRun> pending, SideBySide sideBySide, Instant start) {
		String id = UUID.randomUUID().toString();
		AtomicReference<RuntimeException> failure = new AtomicReference<>();
		try {
			pending.forEach((run) -> run.begin(runReport(id, run, start, Outcome.RUNNING, null)));
			sideBySide.each(pending, DatabaseRun::name, DatabaseRun::inspect);
			for (Phase phase : Phase.values()) {
				sideBySide.each(pending, DatabaseRun::name, (run) -> runPhase(run, phase, failure));
			}
		}
		catch (RuntimeException ex) {
			failure.set(ex);
			throw ex;
		}
		finally {
			pending.forEach((run) -> end(run, id, start, failure.get()));
		}
	}

	private void runPhase(DatabaseRun run, Phase phase, AtomicReference<RuntimeException> failure) {
		try {
			run.run(phase, () -> failure.get() == null);
		}
		catch (RuntimeException ex) {
			failure.compareAndSet(null, ex);
			throw ex;
		}
	}

	private void end(DatabaseRun run, String id, Instant start, @Nullable RuntimeException failure) {
		run.progress().state((failure != null) ? State.FAILED : State.COMPLETE);
		try {
			run.end(runReport(id, run, start, (failure != null) ? Outcome.FAILED : Outcome.DONE, failure));
		}
		catch (RuntimeException ex) {
			if (failure == null) {
				run.progress().state(State.FAILED);
				throw new InitializationException(
						"Failed to record the run on '%s': %s".formatted(run.name(), ex.getMessage()),
						"Start again: what is done is not repeated.", ex);
			}
			failure.addSuppressed(ex);
		}
	}

	private Report.RunReport runReport(String id, DatabaseRun run, Instant start, Outcome outcome,
			@Nullable RuntimeException failure) {
		Report.DatabaseReport database = run.progress().report();
		long token = (database.lock() != null) ? database.lock().token() : 0;
		boolean ended = outcome != Outcome.RUNNING;
		return new Report.RunReport(id, token, host(), this.options.application(), start,
				ended ? Duration.between(start, this.clock.instant()) : null, outcome,
				(failure != null) ? failure.getMessage() : null, ended ? database.steps() : List.of());
	}

	private String owner() {
		return "%s:%d:%s".formatted(host(), ProcessHandle.current().pid(),
				UUID.randomUUID().toString().substring(0, 8));
	}

	private String host() {
		return this.options.host().isEmpty() ? localHost() : this.options.host();
	}

	/**
	 * Return the name of this host, as far as it is known without asking a name server
	 * for long.
	 */
	private static String localHost() {
		String name = System.getenv("HOSTNAME");
		if (name != null && !name.isEmpty()) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
