package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LockOptions;
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

	private volatile @Nullable String moment;

	/**
	 * Create an initializer.
	 * @param plan the plan of the start
	 * @param options the settings of the start
	 * @param listeners told of the progress
	 * @param clock for the times in the report; no decision depends on it
	 */
	public Initializer(Plan plan, InitializerOptions options, List<InitializerListener> listeners, Clock clock) {
		this(plan, options, new CompositeListener(listeners), clock);
	}

	private Initializer(Plan plan, InitializerOptions options, InitializerListener listener, Clock clock) {
		this.plan = plan;
		this.options = options;
		this.listener = listener;
		this.clock = clock;
		prepare();
	}

	private void prepare() {
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
				this.message, this.moment, databases(progress));
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
	 * Return the environment whose rules apply.
	 * @return the environment
	 */
	public Environment environment() {
		return this.plan.environment();
	}

	/**
	 * Return the newest runs that a database remembers.
	 * @param database the name of the database
	 * @param limit how many at most
	 * @return the runs, newest first
	 */
	public List<Report.RunReport> history(String database, int limit) {
		return database(database).history(limit);
	}

	private Database database(String name) {
		return this.plan.databases()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no database '" + name + "'"));
	}

	/**
	 * Perform a start.
	 * @return the report, whose state is {@link State#COMPLETE}
	 * @throws InitializationException if a database could not be made complete
	 */
	public Report run() {
		return run(null);
	}

	/**
	 * Perform a start at a moment.
	 * @param moment the bean or lifecycle that the start precedes, for the report, like
	 * {@code bean 'jdbcTemplate'}; {@code null} if that is not known
	 * @return the report, whose state is {@link State#COMPLETE}
	 * @throws InitializationException if a database could not be made complete
	 */
	public synchronized Report run(@Nullable String moment) {
		return start(moment, (start) -> {
			if (this.options.mode() == Mode.PLAN) {
				return plan(checks());
			}
			List<String> worked = perform(start);
			this.outcome = worked.isEmpty() ? Outcome.UP_TO_DATE : Outcome.DONE;
			return worked.isEmpty() ? nothing() : "Worked on " + String.join(", ", worked);
		});
	}

	/**
	 * Return an initializer that does a part of the work of this one. Steps that are not
	 * part of it keep their records.
	 * @param selection returns the step to run in place of a step of a database, or
	 * {@code null} if the step is not part of the work; a step that replaces another one
	 * has its name
	 * @return the initializer
	 */
	public Initializer select(BiFunction<String, Step, @Nullable Step> selection) {
		return new Initializer(this.plan.select(selection), this.options, this.listener, this.clock);
	}

	/**
	 * Do one step that is not part of the plan, under the lock of its database. The steps
	 * of the plan keep their records.
	 * @param database the name of the database
	 * @param step the step
	 * @return the report
	 * @throws InitializationException if the step fails
	 */
	public Report run(String database, Step step) {
		database(database);
		return new Initializer(this.plan.with(database, step), this.options, this.listener, this.clock).run("command");
	}

	/**
	 * Read a database without its lock.
	 * @param <T> the type of the result
	 * @param database the name of the database
	 * @param reader reads the database
	 * @return what the reader returns
	 * @throws InitializationException if the database cannot be read
	 */
	public <T> T read(String database, Reader<T> reader) {
		Database found = database(database);
		Marker marker = found.look(this.options.waiting().attempt(), this.plan.application(), List.of());
		try (DatabaseSession session = found.openReadOnly()) {
			try {
				return reader.read(session, marker);
			}
			catch (InitializationException | IllegalArgumentException ex) {
				throw ex;
			}
			catch (Exception ex) {
				Exception presentable = session.presentable(ex);
				throw new InitializationException(
						"Failed to read '%s': %s".formatted(database, Causes.message(presentable)),
						"Correct the cause. Nothing was changed.", presentable);
			}
		}
	}

	/**
	 * Return the name of the application under which databases keep its records.
	 * @return the name, empty if it has none
	 */
	public String application() {
		return this.plan.application();
	}

	/**
	 * Tell what a start would change, without a lock and without a write.
	 * @return the report, whose state is {@link State#PLANNED} if there is anything, and
	 * {@link State#COMPLETE} otherwise
	 * @throws InitializationException if a database could not be read
	 */
	public synchronized Report plan() {
		return start(null, (start) -> plan(checks()));
	}

	private String plan(List<UpToDateCheck> checks) {
		DatabaseExecutor executor = new DatabaseExecutor(this.options.concurrency());
		try (Shutdown shutdown = new Shutdown()) {
			executor.each(checks, UpToDateCheck::name, (check) -> plan(check, executor, shutdown));
		}
		this.outcome = Outcome.UP_TO_DATE;
		long changes = report().databases()
			.stream()
			.flatMap((database) -> database.plan().values().stream())
			.mapToLong(List::size)
			.sum();
		if (ended() == State.COMPLETE) {
			return nothing();
		}
		this.outcome = Outcome.PENDING;
		return (changes == 1) ? "1 change is planned" : changes + " changes are planned";
	}

	private void plan(UpToDateCheck check, DatabaseExecutor executor, Shutdown shutdown) {
		if (check.isUpToDate()) {
			return;
		}
		try (DatabaseRun run = new DatabaseRun(check, this.plan, this.options, this.listener, executor, shutdown)) {
			run.plan();
			run.progress().state(State.PLANNED);
		}
		catch (RuntimeException ex) {
			check.progress().state(State.FAILED);
			throw ex;
		}
	}

	/**
	 * Compare every database with its declarations, without a lock and without a write.
	 * @return the report, whose state is {@link State#COMPLETE}
	 * @throws InitializationException if a step is pending or a database differs
	 */
	public synchronized Report verify() {
		return start(null, (start) -> {
			DatabaseExecutor executor = new DatabaseExecutor(this.options.concurrency());
			List<UpToDateCheck> checks = checks();
			checks.forEach(UpToDateCheck::verifyOnly);
			executor.each(checks, UpToDateCheck::name, UpToDateCheck::isUpToDate);
			work(checks, executor, start);
			this.outcome = Outcome.UP_TO_DATE;
			return "Verified " + checks.stream().map(UpToDateCheck::name).collect(Collectors.joining(", "));
		});
	}

	/**
	 * Wait until others have made every database complete.
	 * @param limit how long to wait
	 * @return the report, whose state is {@link State#COMPLETE}
	 * @throws InitializationException if they are not complete in time
	 */
	public synchronized Report await(Duration limit) {
		LockOptions lock = new LockOptions(this.options.lock().lease(), limit, this.options.lock().poll());
		InitializerOptions waiting = new InitializerOptions(this.options.host(), this.options.application(),
				this.options.concurrency(), this.options.waiting(), lock, Mode.WAIT);
		return start(null, (start) -> {
			follow(waiting, checks(waiting));
			this.outcome = Outcome.UP_TO_DATE;
			return nothing();
		});
	}

	/**
	 * Drop the data of every database, and perform a start. Allowed in development and
	 * tests only.
	 * @return the report
	 * @throws InitializationException if a database must not be reset, or could not be
	 * made complete
	 */
	public Report reset() {
		new Reset(this.plan, this.options).perform();
		return run("reset");
	}

	/**
	 * Read the state of every database, without a lock. A database that does not answer
	 * is not waited for.
	 * @param runs how many runs to read of each database
	 * @return the states, in the order of the names of the databases
	 */
	public List<DatabaseStatus> status(int runs) {
		return this.plan.databases().stream().map((database) -> status(database, runs)).toList();
	}

	private DatabaseStatus status(Database database, int runs) {
		InitializerOptions.Wait waiting = this.options.waiting();
		InitializerOptions once = new InitializerOptions(this.options.host(), this.options.application(),
				this.options.concurrency(), new InitializerOptions.Wait(Duration.ZERO, waiting.attempt(),
						waiting.interval(), waiting.maxInterval(), waiting.multiplier()),
				this.options.lock(), Mode.VERIFY);
		List<Step> steps = this.plan.steps(database);
		Progress progress = new Progress(this.clock, database.name(), steps);
		UpToDateCheck check = new UpToDateCheck(database, this.plan, once, progress, new CompositeListener(List.of()));
		try {
			boolean complete = check.isUpToDate();
			Marker marker = check.marker();
			return new DatabaseStatus(database.name(), null, marker, complete,
					steps.stream().filter((step) -> !marker.isUpToDate(step)).map(Step::name).toList(),
					database.holder().orElse(null), progress.report().limitations(), database.history(runs));
		}
		catch (InitializationException | UnavailableException ex) {
			return new DatabaseStatus(database.name(), ex.getMessage(), check.marker(), false, List.of(), null,
					List.of(), List.of());
		}
	}

	/**
	 * Release the lock of a database whose holder is dead: it is taken over and given
	 * back.
	 * @param database the name of the database
	 * @param force whether to take it from a holder that seems to be alive, which may go
	 * on with its work
	 * @return the holder that lost it, empty if there was none
	 * @throws InitializationException if its holder seems to be alive
	 */
	public Optional<Lease> unlock(String database, boolean force) {
		Database found = database(database);
		try (SessionLeaseStore leases = found.leases()) {
			Optional<Lease> holder = leases.current();
			if (holder.isEmpty()) {
				return holder;
			}
			Optional<Lease> taken = leases.tryAcquire(GroupRun.owner(this.options), this.options.lock().lease());
			if (taken.isPresent()) {
				leases.release(taken.get());
			}
			else if (force) {
				leases.release(holder.get());
			}
			else {
				throw new InitializationException(
						"The lock of '%s' is held by %s, which seems to be alive".formatted(database, holder.get()),
						"End that process. If it is known to be dead, release its lock with '--force': a process that is only frozen then goes on beside the next one, until its next write is refused.",
						null);
			}
			return holder;
		}
	}

	private Report start(@Nullable String moment, Function<Instant, String> work) {
		prepare();
		this.moment = moment;
		this.message = null;
		this.duration = null;
		Instant start = this.clock.instant();
		this.startedAt = start;
		this.state = State.RUNNING;
		this.outcome = Outcome.RUNNING;
		this.listener.started(report());
		try {
			this.message = work.apply(start);
			this.state = ended();
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

	private State ended() {
		List<Report.DatabaseReport> databases = report().databases();
		if (databases.stream().allMatch((database) -> database.state() == State.COMPLETE)) {
			return State.COMPLETE;
		}
		return databases.stream().anyMatch((database) -> database.state() == State.PLANNED) ? State.PLANNED
				: State.PENDING;
	}

	private String nothing() {
		return report().isKept() ? "Nothing to do for an older release" : "Nothing to do";
	}

	/**
	 * Make the databases complete.
	 * @param start when the start began
	 * @return the names of those on which a step ran
	 */
	private List<String> perform(Instant start) {
		DatabaseExecutor executor = new DatabaseExecutor(this.options.concurrency());
		List<UpToDateCheck> checks = checks();
		if (this.options.mode() != Mode.RUN) {
			follow(this.options, checks);
			return List.of();
		}
		if (checks.size() == 1) {
			// Most starts end here: without the classes that the next lines need
			return checks.get(0).isUpToDate() ? List.of() : work(checks, executor, start);
		}
		executor.each(checks, UpToDateCheck::name, UpToDateCheck::isUpToDate);
		checks.removeIf(UpToDateCheck::wasUpToDate);
		return checks.isEmpty() ? List.of() : work(checks, executor, start);
	}

	private List<UpToDateCheck> checks() {
		return checks(this.options);
	}

	private List<UpToDateCheck> checks(InitializerOptions options) {
		List<UpToDateCheck> checks = new ArrayList<>();
		for (Map.Entry<Database, Progress> entry : this.progress.entrySet()) {
			checks.add(new UpToDateCheck(entry.getKey(), this.plan, options, entry.getValue(), this.listener));
		}
		return checks;
	}

	private void follow(InitializerOptions options, List<UpToDateCheck> checks) {
		new DatabaseExecutor(options.concurrency()).each(checks, UpToDateCheck::name,
				new Follower(this.plan, options, this.listener)::follow);
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
				if (!run.isUpToDate()) {
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

	/**
	 * Reads a database.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	public interface Reader<T> {

		/**
		 * Read a database.
		 * @param session access to the database
		 * @param marker the record of the application in the database
		 * @return the result
		 * @throws Exception if it cannot be read
		 */
		T read(DatabaseSession session, Marker marker) throws Exception;

	}

}
