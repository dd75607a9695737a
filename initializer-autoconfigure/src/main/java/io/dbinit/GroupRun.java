package io.dbinit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import org.jspecify.annotations.Nullable;

/**
 * The run of the steps of a group of databases, phase by phase, and its record on each.
 */
final class GroupRun {

	/** The owner of a lock has the identifier of the process too. */
	private static final int MAX_HOST = 200;

	private final String id = UUID.randomUUID().toString();

	private final List<DatabaseRun> runs;

	private final DatabaseExecutor executor;

	private final InitializerOptions options;

	private final Clock clock;

	private final Instant start;

	GroupRun(List<DatabaseRun> runs, DatabaseExecutor executor, InitializerOptions options, Clock clock,
			Instant start) {
		this.runs = runs;
		this.executor = executor;
		this.options = options;
		this.clock = clock;
		this.start = start;
	}

	void perform() {
		AtomicReference<RuntimeException> failure = new AtomicReference<>();
		try {
			this.runs.forEach((run) -> run.steps().begin(runReport(run, Outcome.RUNNING, null)));
			this.executor.each(this.runs, DatabaseRun::name, (run) -> run.steps().inspect());
			for (Phase phase : Phase.values()) {
				this.executor.each(this.runs, DatabaseRun::name, (run) -> runPhase(run, phase, failure));
			}
			this.runs.forEach((run) -> run.steps().requireNoMismatches());
		}
		catch (RuntimeException ex) {
			failure.set(ex);
			throw ex;
		}
		finally {
			this.runs.forEach((run) -> end(run, failure.get()));
		}
	}

	private void runPhase(DatabaseRun run, Phase phase, AtomicReference<RuntimeException> failure) {
		try {
			run.steps().run(phase, () -> failure.get() == null);
		}
		catch (RuntimeException ex) {
			failure.compareAndSet(null, ex);
			throw ex;
		}
	}

	private void end(DatabaseRun run, @Nullable RuntimeException failure) {
		if (failure != null) {
			run.progress().state(State.FAILED);
		}
		else if (run.isPart()) {
			run.progress().ended();
		}
		else {
			run.progress().state(State.COMPLETE);
		}
		try {
			run.steps().end(runReport(run, (failure != null) ? Outcome.FAILED : Outcome.DONE, failure));
		}
		catch (RuntimeException ex) {
			if (failure == null) {
				run.progress().state(State.FAILED);
				throw new InitializationException(
						"Failed to record the run on '%s': %s".formatted(run.name(), ex.getMessage()),
						"Start again: completed changes are not repeated.", ex);
			}
			failure.addSuppressed(ex);
		}
	}

	private Report.RunReport runReport(DatabaseRun run, Outcome outcome, @Nullable RuntimeException failure) {
		Report.DatabaseReport database = run.progress().report();
		long token = (database.lock() != null) ? database.lock().token() : 0;
		boolean ended = outcome != Outcome.RUNNING;
		return new Report.RunReport(this.id, token, host(this.options), this.options.application(), this.start,
				ended ? Duration.between(this.start, this.clock.instant()) : null, outcome,
				(failure != null) ? failure.getMessage() : null, ended ? database.steps() : List.of());
	}

	/**
	 * Return a new owner of leases.
	 */
	static String owner(InitializerOptions options) {
		return "%s:%d:%s".formatted(host(options), ProcessHandle.current().pid(),
				UUID.randomUUID().toString().substring(0, 8));
	}

	private static String host(InitializerOptions options) {
		String host = Names.printable(options.host().isEmpty() ? localHost() : options.host());
		return host.substring(0, Math.min(host.length(), MAX_HOST));
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
