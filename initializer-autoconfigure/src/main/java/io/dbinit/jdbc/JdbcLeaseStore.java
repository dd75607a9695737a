package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.dbinit.DatabaseSession;
import io.dbinit.SessionLeaseStore;
import io.dbinit.lock.Lease;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The lease as a row, accompanied by a session lock of the step connection where sessions
 * are reliable.
 * <ol>
 * <li>The row is read, with the session that holds the session lock now. If the lease
 * holds and its session is alive, or not known, the lease cannot be won, unless the
 * session that should have renewed it is gone.</li>
 * <li>If the lease does not hold but the session lock is held, its holder is frozen or
 * cut off: its session is terminated, so that it changes nothing when it wakes up. The
 * same applies if the lease holds but is not renewed: the holder is dead, and its
 * statement still runs in the server. A process that holds the session lock and never had
 * the lease is given the duration of a lease to go on.</li>
 * <li>The step connection is opened and takes the session lock.</li>
 * <li>One update, on condition that the token is the one that was read and that the lease
 * still does not hold, wins the lease. The holder of the session lock may take over a
 * lease that was held together with it, as the holder of that lease cannot be alive.</li>
 * <li>Every renewal checks that the step connection still holds the session lock. If not,
 * the server has terminated its session, and the steps are cut off on this side too.</li>
 * </ol>
 */
final class JdbcLeaseStore implements SessionLeaseStore {

	private static final Log logger = LogFactory.getLog(JdbcLeaseStore.class);

	private static final int MAX_DOING = 1000;

	private final String name;

	private final Connector connector;

	private final ControlConnection control;

	private final StepConnection work;

	private final LockPatience patience;

	private @Nullable LeaseRow before;

	private @Nullable String blocker;

	private long blockedSince;

	private @Nullable String obstacle;

	private Duration duration = Duration.ZERO;

	JdbcLeaseStore(String name, Connector connector, LockPatience patience) {
		this.name = name;
		this.patience = patience;
		this.connector = connector;
		this.control = new ControlConnection(name, connector);
		this.work = new StepConnection(connector, patience, this::blockers);
	}

	private List<String> blockers(String session) {
		return this.control.call("read the sessions of",
				(connection) -> Dialect.of(connection).blockers(connection, session));
	}

	Connector connector() {
		return this.connector;
	}

	LockPatience patience() {
		return this.patience;
	}

	/**
	 * Return the sessions that blocked a statement of the steps last.
	 */
	List<String> lastBlockers() {
		return this.work.lastBlockers();
	}

	void stopWaiting() {
		this.work.stopWaiting();
	}

	ControlConnection control() {
		return this.control;
	}

	/**
	 * Return the session of the steps, or {@code null} if the lease is not held.
	 */
	@Nullable ServerSession session() {
		return this.work.session();
	}

	@Override
	public DatabaseSession open(Lease lease) {
		return JdbcSession.locked(this.name, this, lease);
	}

	/**
	 * Terminate the sessions of the holder from whom the lease was taken over.
	 * @return the sessions that were alive
	 */
	List<String> terminateSessionsOf(String owner) {
		Optional<String> recorded = Optional.ofNullable(this.before).map(LeaseRow::session);
		return this.control.call("terminate sessions on", (connection) -> {
			Dialect dialect = Dialect.of(connection);
			List<String> alive = dialect.sessionsOf(connection, owner, recorded);
			for (String session : alive) {
				dialect.terminate(connection, session);
			}
			return alive;
		});
	}

	@Override
	public Optional<Lease> tryAcquire(String owner, Duration duration) {
		this.obstacle = null;
		this.duration = duration;
		this.control.use(owner, duration.dividedBy(3));
		LeaseRow row = this.control.call("read the lock of", this::readOrCreate);
		if (row.isHeldBy(owner, this.work.id())) {
			return Optional.of(lease(row));
		}
		boolean reliable = this.control.isReliable();
		if (!row.isAvailable(reliable, duration) || !isUnblocked(row, duration, reliable)) {
			return Optional.empty();
		}
		return takeSessionLock(owner, duration) ? update(row, owner, duration) : Optional.empty();
	}

	private Lease lease(LeaseRow row) {
		LeaseRow before = this.before;
		boolean takenOver = before != null && before.owner() != null && before.token() == row.token() - 1;
		return row.lease((before != null && takenOver) ? before.lease(null) : null);
	}

	private LeaseRow readOrCreate(Connection connection) throws SQLException {
		Optional<LeaseRow> row = read(connection);
		if (row.isEmpty()) {
			Tables.create(connection, Dialect.of(connection));
			row = read(connection);
		}
		return row.orElseThrow();
	}

	private static Optional<LeaseRow> read(Connection connection) throws SQLException {
		try {
			return LeaseRow.read(connection, Dialect.of(connection));
		}
		catch (SQLException ex) {
			if (SqlErrors.isMissingTable(ex)) {
				return Optional.empty();
			}
			throw ex;
		}
	}

	/**
	 * Return whether the session lock of a free lease is free too. If it is not,
	 * terminate its holder.
	 */
	private boolean isUnblocked(LeaseRow row, Duration duration, boolean reliable) {
		String holder = row.holder();
		if (holder == null || !reliable) {
			this.blocker = null;
			return true;
		}
		this.obstacle = "%s, but session %s of the server still holds its session lock".formatted(
				row.owner() != null ? "the lease of " + row.lease(null) + " has run out" : "no process has a lease",
				holder);
		if (!holder.equals(this.blocker)) {
			this.blocker = holder;
			this.blockedSince = System.nanoTime();
		}
		boolean frozen = row.owner() != null && holder.equals(row.session());
		if (frozen || System.nanoTime() - this.blockedSince > duration.toNanos()) {
			end(holder, row);
		}
		return false;
	}

	private void end(String session, LeaseRow row) {
		try {
			logger.warn("Ending session %s on '%s', which holds its session lock although %s: %s".formatted(session,
					this.name, row.holds() ? "its lease is no longer renewed" : "its lease has run out",
					row.lease(null)));
			this.control.once("end a session on", (connection) -> {
				Dialect.of(connection).terminate(connection, session);
				return true;
			});
		}
		catch (RuntimeException ex) {
			this.obstacle += " and could not be ended: " + ex.getMessage();
			logger.warn("Waiting for session %s on '%s', which could not be ended: %s".formatted(session, this.name,
					ex.getMessage()));
		}
	}

	private boolean takeSessionLock(String owner, Duration duration) {
		try {
			return this.work.open(owner, duration.dividedBy(3));
		}
		catch (SQLException ex) {
			throw this.control.failure("open the working connection of", ex);
		}
	}

	private Optional<Lease> update(LeaseRow row, String owner, Duration duration) {
		String session = this.work.id();
		this.before = row;
		boolean won = false;
		try {
			LeaseRow now = this.control.call("take the lock of", (connection) -> {
				Dialect dialect = Dialect.of(connection);
				row.take(connection, dialect, owner, duration, session);
				return LeaseRow.read(connection, dialect).orElseThrow();
			});
			won = now.isHeldBy(owner, session);
			return won ? Optional.of(lease(now)) : Optional.empty();
		}
		finally {
			if (!won) {
				this.work.close();
			}
		}
	}

	@Override
	public boolean renew(Lease lease, Duration duration, String activity) {
		String text = (activity.length() > MAX_DOING) ? activity.substring(0, MAX_DOING) : activity;
		return this.control.once("renew the lease of", (connection) -> {
			Dialect dialect = Dialect.of(connection);
			int renewed = Sql.update(connection,
					"""
							update db_init_lock set expires_at = %s, doing = ?
							where id = 1 and owner = ? and token = ? and expires_at > %s"""
						.formatted(dialect.nowPlusMillis(), dialect.now()),
					duration.toMillis(), text, lease.owner(), lease.token());
			if (renewed == 1 && this.work.id() != null && !this.work.isAborted()) {
				LeaseRow.read(connection, dialect).ifPresent(this::checkWork);
			}
			return renewed == 1;
		});
	}

	private void checkWork(LeaseRow row) {
		if (!Objects.equals(row.holder(), this.work.id())) {
			logger.error("The server has ended the working session on '%s': its open work is rolled back or lost"
				.formatted(this.name));
			abort();
		}
	}

	@Override
	public boolean release(Lease lease) {
		boolean released = this.control.call("release the lock of", (connection) -> Sql.update(connection, """
				update db_init_lock set owner = null, expires_at = null, session = null, doing = null
				where id = 1 and owner = ? and token = ?""", lease.owner(), lease.token()) == 1);
		this.before = null;
		this.work.close();
		return released;
	}

	@Override
	public Optional<Lease> current() {
		return this.control.call("read the lock of", JdbcLeaseStore::read)
			.filter(LeaseRow::holds)
			.map((row) -> row.lease(null));
	}

	@Override
	public Optional<Lease> blocking() {
		return this.control.call("read the lock of", JdbcLeaseStore::read)
			.filter((row) -> !row.isAvailable(this.control.isReliable(), this.duration))
			.map((row) -> row.lease(null));
	}

	@Override
	public Optional<String> obstacle() {
		return Optional.ofNullable(this.obstacle);
	}

	@Override
	public void abort() {
		this.work.abort();
	}

	List<String> limitations() {
		return this.control.limitations();
	}

	@Override
	public void close() {
		this.work.close();
		this.control.close();
	}

}
