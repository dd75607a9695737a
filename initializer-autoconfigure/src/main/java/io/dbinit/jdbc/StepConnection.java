package io.dbinit.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.dbinit.jdbc.Dialect.Role;
import org.jspecify.annotations.Nullable;

/**
 * The connection of the steps, which holds the session lock where sessions are real. Used
 * by the thread that works, and cut off by any.
 */
final class StepConnection implements AutoCloseable {

	private final Connector connector;

	private volatile @Nullable ServerSession session;

	private volatile @Nullable String id;

	private volatile boolean aborted;

	private final LockPatience patience;

	private final Function<String, List<String>> blockers;

	private volatile @Nullable LockWaits waits;

	/**
	 * Create a connection.
	 * @param connector opens it
	 * @param patience how its statements wait for locks
	 * @param blockers reads the sessions that block a session
	 */
	StepConnection(Connector connector, LockPatience patience, Function<String, List<String>> blockers) {
		this.connector = connector;
		this.patience = patience;
		this.blockers = blockers;
	}

	/**
	 * Open the connection anew and try to take the session lock.
	 * @return whether the lock was taken, or there is none on this server
	 */
	boolean open(String owner, Duration timeout) throws SQLException {
		close();
		ServerSession session = ServerSession.open(this.connector, owner, Role.STEP, timeout);
		this.session = session;
		if (!session.isReliable()) {
			// A setting of the session might be that of another client
			return true;
		}
		Dialect dialect = session.dialect();
		if (!dialect.tryLock(session.connection())) {
			close();
			return false;
		}
		String id = dialect.session(session.connection());
		this.id = id;
		if (this.patience.isBounded()) {
			dialect.lockTimeout(session.connection(), this.patience.timeout());
			LockWaits waits = new LockWaits(dialect, this.patience, () -> this.blockers.apply(id));
			this.waits = waits;
			this.session = session.sharing(waits.wrap(session.connection()));
		}
		return true;
	}

	/**
	 * Return the sessions that blocked a statement last.
	 */
	List<String> lastBlockers() {
		LockWaits waits = this.waits;
		return (waits != null) ? waits.blockers() : List.of();
	}

	/**
	 * Let no statement be repeated any more.
	 */
	void stopWaiting() {
		LockWaits waits = this.waits;
		if (waits != null) {
			waits.close();
		}
	}

	/**
	 * Return the session, or {@code null} if none is open.
	 */
	@Nullable ServerSession session() {
		return this.session;
	}

	/**
	 * Return the identity of the session while it holds the session lock, or
	 * {@code null}.
	 */
	@Nullable String id() {
		return this.id;
	}

	boolean isAborted() {
		return this.aborted;
	}

	void abort() {
		this.aborted = true;
		stopWaiting();
		ServerSession session = this.session;
		if (session != null) {
			session.abort();
		}
	}

	/**
	 * Give the session lock back, which a server that ends the session a moment later
	 * would still hold for the next one, and close the connection.
	 */
	@Override
	public void close() {
		ServerSession session = this.session;
		this.session = null;
		stopWaiting();
		if (session == null) {
			return;
		}
		try (session) {
			if (this.id != null && !this.aborted) {
				session.dialect().unlock(session.connection());
			}
		}
		catch (SQLException ex) {
			// The lock ends with the session
		}
		finally {
			this.id = null;
		}
	}

}
