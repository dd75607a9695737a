package io.dbinit.jdbc;

import java.sql.SQLException;
import java.time.Duration;

import io.dbinit.jdbc.Sessions.Role;
import org.jspecify.annotations.Nullable;

/**
 * The connection of the steps, which holds the session lock where sessions are real. Used
 * by the thread that works, and cut off by any.
 */
final class Work implements AutoCloseable {

	private final Connector connector;

	private volatile @Nullable Session session;

	private volatile @Nullable String id;

	private volatile boolean aborted;

	Work(Connector connector) {
		this.connector = connector;
	}

	/**
	 * Open the connection anew and try to take the session lock.
	 * @return whether the lock was taken, or there is none on this server
	 */
	boolean open(String owner, Duration timeout) throws SQLException {
		close();
		Session session = Session.open(this.connector, owner, Role.WORK, timeout);
		this.session = session;
		if (!session.isReliable()) {
			return true;
		}
		Sessions sessions = session.product().sessions();
		if (!sessions.tryLock(session.connection())) {
			close();
			return false;
		}
		this.id = sessions.id(session.connection());
		return true;
	}

	/**
	 * Return the session, or {@code null} if none is open.
	 */
	@Nullable Session session() {
		return this.session;
	}

	/**
	 * Return what the session is known by while it holds the session lock, or
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
		Session session = this.session;
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
		Session session = this.session;
		this.session = null;
		if (session == null) {
			return;
		}
		try (session) {
			if (this.id != null && !this.aborted) {
				session.product().sessions().unlock(session.connection());
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
