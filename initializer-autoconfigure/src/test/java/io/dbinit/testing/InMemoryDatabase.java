package io.dbinit.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

import io.dbinit.CheckedRunnable;
import io.dbinit.Database;
import io.dbinit.DatabaseSession;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Release;
import io.dbinit.Report;
import io.dbinit.SessionLeaseStore;
import io.dbinit.UnavailableException;
import io.dbinit.MigrationVersions;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;

/**
 * A database in the memory of the test, which writes down what it was asked.
 */
public class InMemoryDatabase implements Database, SessionLeaseStore, Journal {

	/** What was called, in its order. */
	public final List<String> calls = new ArrayList<>();

	/** How long each look was given. */
	public final List<Duration> looks = new ArrayList<>();

	/** How many looks fail before the database answers. */
	public int unavailable;

	/** How many attempts to lock fail before the database answers. */
	public int unavailableForLock;

	/** What counts as a conflict with somebody else. */
	public Throwable conflict;

	/** Told how often those who wait have looked at the lease, each time. */
	public IntConsumer polled = (polls) -> {
	};

	/** Whether the database refuses writes. */
	public boolean readOnly;

	private final String name;

	private final Map<String, String> steps = new LinkedHashMap<>();

	private final List<InDoubt> intents = new ArrayList<>();

	private final List<Report.RunReport> runs = new ArrayList<>();

	private boolean complete;

	private String environment;

	private long token;

	private Lease lease;

	private int polls;

	public InMemoryDatabase(String name) {
		this.name = name;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public synchronized Marker look(Duration timeout) {
		this.calls.add("look");
		this.looks.add(timeout);
		if (this.unavailable-- > 0) {
			throw new UnavailableException("refused", null);
		}
		return new Marker("memory", this.readOnly, null, this.environment, this.complete, Map.copyOf(this.steps),
				Map.of());
	}

	@Override
	public SessionLeaseStore leases() {
		return this;
	}

	@Override
	public DatabaseSession open(Lease lease) {
		return new Session();
	}

	@Override
	public DatabaseSession openReadOnly() {
		return new Session();
	}

	@Override
	public List<Report.RunReport> history(int limit) {
		return this.runs;
	}

	/**
	 * Return the client of the steps.
	 */
	public <T> T unwrap(Class<T> type) {
		throw new IllegalArgumentException(type.getName());
	}

	@Override
	public synchronized Optional<Lease> tryAcquire(String owner, Duration duration) {
		if (this.unavailableForLock-- > 0) {
			throw new UnavailableException("restarting", null);
		}
		Lease held = this.lease;
		if (held != null && held.expires().isAfter(Instant.now())) {
			return Optional.empty();
		}
		this.calls.add("acquire");
		this.lease = new Lease(owner, ++this.token, Instant.now(), Instant.now().plus(duration), "", held);
		return Optional.of(this.lease);
	}

	@Override
	public synchronized boolean renew(Lease lease, Duration duration, String activity) {
		if (this.lease == null || this.lease.token() != lease.token()) {
			return false;
		}
		this.lease = new Lease(lease.owner(), lease.token(), lease.since(), Instant.now().plus(duration), activity,
				null);
		return true;
	}

	@Override
	public synchronized boolean release(Lease lease) {
		this.calls.add("release");
		boolean held = this.lease != null && this.lease.token() == lease.token();
		this.lease = held ? null : this.lease;
		return held;
	}

	@Override
	public synchronized Optional<Lease> current() {
		this.polls++;
		this.polled.accept(this.polls);
		return Optional.ofNullable(this.lease).filter((lease) -> lease.expires().isAfter(Instant.now()));
	}

	/**
	 * Record that somebody has begun a run, or ended one.
	 * @param complete whether it has ended
	 */
	public synchronized void complete(boolean complete) {
		this.complete = complete;
	}

	/**
	 * Give the lease back, as its holder does.
	 */
	public synchronized void release() {
		this.lease = null;
	}

	/**
	 * Give the lease to somebody else, as the database does when it has run out.
	 */
	public synchronized void steal() {
		this.lease = new Lease("thief", ++this.token, Instant.now(), Instant.now().plusSeconds(60), "theft", null);
	}

	/**
	 * Leave a lease behind, as a killed holder does.
	 * @param expires when it ends
	 */
	public synchronized void leave(Instant expires) {
		this.lease = new Lease("dead", ++this.token, Instant.now(), expires, "liquibase: started", null);
	}

	@Override
	public void abort() {
		this.calls.add("abort");
	}

	@Override
	public void close() {
		this.calls.add("close");
	}

	@Override
	public void begin(Report.RunReport run, String environment, Release release) {
		this.calls.add("begin");
		this.complete = false;
		this.environment = (this.environment != null) ? this.environment : environment;
	}

	@Override
	public List<InDoubt> inDoubt() {
		return List.copyOf(this.intents);
	}

	@Override
	public void intend(String step, String change) {
		this.intents.add(new InDoubt(step, change));
	}

	@Override
	public void conclude(String step, String change) {
		this.intents.remove(new InDoubt(step, change));
	}

	@Override
	public void once(String step, String fingerprint, CheckedRunnable work) throws Exception {
		work.run();
		this.steps.put(step, fingerprint);
	}

	@Override
	public synchronized void guard(Object transaction) {
		this.calls.add("guard");
	}

	@Override
	public synchronized void forget() {
		this.calls.add("forget");
		this.steps.clear();
	}

	@Override
	public synchronized void restore(Map<String, Map<String, String>> records) {
		this.calls.add("restore");
		records.values().forEach(this.steps::putAll);
	}

	@Override
	public void end(Report.RunReport run, Map<String, String> steps, Map<String, MigrationVersions> versions) {
		if (this.lease == null || this.lease.token() != run.token()) {
			throw new LeaseLostException("refused", null);
		}
		this.calls.add("end " + run.outcome());
		this.complete = run.outcome() == Report.Outcome.DONE;
		this.steps.clear();
		this.steps.putAll(steps);
		this.runs.add(0, run);
	}

	private final class Session implements DatabaseSession {

		@Override
		public <T> T unwrap(Class<T> type) {
			return InMemoryDatabase.this.unwrap(type);
		}

		@Override
		public Journal journal() {
			return InMemoryDatabase.this;
		}

		@Override
		public List<String> terminateOrphans(Lease dead, Duration timeout) {
			InMemoryDatabase.this.calls.add("terminateOrphans");
			return List.of();
		}

		@Override
		public boolean isConflict(Throwable ex) {
			return ex == InMemoryDatabase.this.conflict;
		}

		@Override
		public void close() {
		}

	}

}
