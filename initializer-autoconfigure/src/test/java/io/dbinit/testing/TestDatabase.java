package io.dbinit.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.dbinit.Database;
import io.dbinit.DatabaseSession;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Report;
import io.dbinit.SessionLeaseStore;
import io.dbinit.lock.Lease;

/**
 * A database for tests that use it step by step: the session of the newest lease that was
 * acquired through it is its session. Without a lease it is read without a lock.
 */
public class TestDatabase implements Database, AutoCloseable {

	private final Database database;

	private volatile SessionLeaseStore store;

	private volatile Lease lease;

	private volatile DatabaseSession reader;

	public TestDatabase(Database database) {
		this.database = database;
	}

	@Override
	public String name() {
		return this.database.name();
	}

	@Override
	public Marker look(Duration timeout) {
		return this.database.look(timeout);
	}

	@Override
	public SessionLeaseStore leases() {
		this.store = this.database.leases();
		this.lease = null;
		return new RecordingStore(this.store);
	}

	@Override
	public DatabaseSession openReadOnly() {
		return this.database.openReadOnly();
	}

	@Override
	public List<Report.RunReport> history(int limit) {
		return this.database.history(limit);
	}

	/**
	 * Return the journal of a lease that was acquired through the newest store.
	 */
	public Journal journal(Lease lease) {
		return this.store.open(lease).journal();
	}

	/**
	 * Return the session of the newest lease, or one without a lock.
	 */
	public synchronized DatabaseSession session() {
		if (this.lease != null) {
			return this.store.open(this.lease);
		}
		if (this.reader == null) {
			this.reader = this.database.openReadOnly();
		}
		return this.reader;
	}

	public <T> T unwrap(Class<T> type) {
		return session().unwrap(type);
	}

	public List<String> terminateOrphans(Lease lease, Duration timeout) {
		return this.store.open(lease).terminateOrphans(lease.takenOverFrom().orElseThrow(), timeout);
	}

	@Override
	public synchronized void close() {
		if (this.reader != null) {
			this.reader.close();
			this.reader = null;
		}
	}

	private final class RecordingStore implements SessionLeaseStore {

		private final SessionLeaseStore delegate;

		RecordingStore(SessionLeaseStore delegate) {
			this.delegate = delegate;
		}

		@Override
		public DatabaseSession open(Lease lease) {
			return this.delegate.open(lease);
		}

		@Override
		public Optional<Lease> tryAcquire(String owner, Duration duration) {
			Optional<Lease> acquired = this.delegate.tryAcquire(owner, duration);
			acquired.ifPresent((lease) -> TestDatabase.this.lease = lease);
			return acquired;
		}

		@Override
		public boolean renew(Lease lease, Duration duration, String activity) {
			return this.delegate.renew(lease, duration, activity);
		}

		@Override
		public boolean release(Lease lease) {
			return this.delegate.release(lease);
		}

		@Override
		public Optional<Lease> current() {
			return this.delegate.current();
		}

		@Override
		public Optional<Lease> blocking() {
			return this.delegate.blocking();
		}

		@Override
		public Optional<String> obstacle() {
			return this.delegate.obstacle();
		}

		@Override
		public void abort() {
			this.delegate.abort();
		}

		@Override
		public void close() {
			this.delegate.close();
		}

	}

}
