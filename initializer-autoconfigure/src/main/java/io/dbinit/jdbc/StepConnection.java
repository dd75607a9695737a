package io.dbinit.jdbc;

import java.sql.SQLException;
import java.time.Duration;

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

	StepConnection(Connector connector) {
		this.connector = connector;
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
			return true;
		}
		Dialect dialect = session.dialect();
		if (!dialect.tryLock(session.connection())) {
			close();
			return false;
		}
		this.id = dialect.session(session.connection());
		return true;
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
