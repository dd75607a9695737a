package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What a product knows of its sessions: which one is alive, and which one holds the
 * session lock that accompanies a lease. A session is known by a text that is unique on
 * its server, recorded with the lease.
 */
interface Sessions {

	/** The start of each tag. */
	String TAG = "db-init:";

	static Sessions of(Product product) {
		return switch (product) {
			case POSTGRESQL -> new PostgreSqlSessions();
			case MYSQL, MARIADB -> new MySqlSessions();
			case H2 -> new H2Sessions();
		};
	}

	/**
	 * Prepare a connection that was just opened: tag its session, have the server notice
	 * when the client is gone, and end the session that it replaces.
	 * @param connection the connection
	 * @param owner the owner of the lease, with which the session is tagged
	 * @param role what the connection is for
	 * @return why this server's sessions cannot be relied on, or empty if they can
	 * @throws SQLException if the connection is broken
	 */
	Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException;

	/**
	 * Return the session of a connection.
	 * @param connection the connection
	 * @return the session
	 * @throws SQLException if the connection is broken
	 */
	String id(Connection connection) throws SQLException;

	/**
	 * Return the expression, in a query of the lock table, for the session that holds the
	 * session lock.
	 * @return the expression, null where nobody holds it
	 */
	String holder();

	/**
	 * Return the condition, in an update of the lock table by one whose session holds the
	 * session lock, under which the recorded holder cannot be alive.
	 * @return the condition
	 */
	String isHolderDead();

	/**
	 * Return the condition, in a query of the lock table, under which the owner's session
	 * for the lease is gone, although its working session may go on.
	 * @return the condition, never true where the server ends the one with the other, or
	 * where this cannot be told
	 */
	default String isRenewerGone() {
		return "1 = 0";
	}

	/**
	 * Try to take the session lock, which ends with the session.
	 * @param connection the working connection
	 * @return whether this session holds it now
	 * @throws SQLException if the connection is broken
	 */
	boolean tryLock(Connection connection) throws SQLException;

	/**
	 * Give the session lock back.
	 * @param connection the working connection
	 * @throws SQLException if the connection is broken
	 */
	void unlock(Connection connection) throws SQLException;

	/**
	 * End a session, without waiting for its end.
	 * @param connection another connection
	 * @param session the session
	 * @throws SQLException if this user may not end it
	 */
	void end(Connection connection, String session) throws SQLException;

	/**
	 * Return the sessions of an owner that are still alive.
	 * @param connection another connection
	 * @param owner the owner
	 * @param session the session that was recorded with its lease, empty if none was
	 * @return the sessions
	 * @throws SQLException if the connection is broken
	 */
	List<String> of(Connection connection, String owner, Optional<String> session) throws SQLException;

	/**
	 * What a connection is for.
	 */
	enum Role {

		/** The lease and the journal. */
		CONTROL,

		/** The steps. */
		WORK

	}

}
