package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;

/**
 * Sessions of PostgreSQL. The session lock is an advisory lock whose key is the identity
 * of the lock table, so that two schemas of one database do not share it.
 */
final class PostgreSqlSessions implements Sessions {

	private static final Log logger = LogFactory.getLog(PostgreSqlSessions.class);

	/** The upper half of the key: "dbin" in ASCII. */
	private static final int CLASS = 0x6462696E;

	private static final int MAX_TAG = 63;

	private static final String KEY = "(%d::bigint << 32) | 'db_init_lock'::regclass::oid::bigint".formatted(CLASS);

	private static final String HOLDER = """
			(select max(k.pid)::text from pg_locks k where k.locktype = 'advisory' and k.classid = %d
			and k.objid = 'db_init_lock'::regclass and k.objsubid = 1 and k.granted
			and k.database = (select d.oid from pg_database d where d.datname = current_database()))"""
		.formatted(CLASS);

	/**
	 * The server notices within about a minute that a client is gone, and ends no session
	 * that is only waiting for its next step. Some settings are younger than others.
	 */
	private static final String SETTINGS = """
			select set_config(s.name, s.value, false)
			from (values ('application_name', ?), ('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '10'),
				('tcp_keepalives_count', '3'), ('tcp_user_timeout', '45000'), ('idle_session_timeout', '0'),
				('idle_in_transaction_session_timeout', '0')) as s (name, value)
			where exists (select 1 from pg_settings p where p.name = s.name)""";

	/** Ends the statement of a client that is gone; refused on some systems. */
	private static final String CHECK_OF_CLIENT = "set client_connection_check_interval = 2000";

	/** Relatives of PostgreSQL have advisory locks that lock nothing, or one node. */
	private static final String SESSION = """
			select pg_backend_pid()::text where version() like 'PostgreSQL %' and version() not like '%-YB-%'""";

	private static final String OTHERS = """
			select pid::text from pg_stat_activity
			where application_name = ? and datname = current_database() and pid <> pg_backend_pid()""";

	@Override
	public Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		if (!isSessionOfClient(connection)) {
			return Optional.of("""
					Sessions are shared through a pooler, or the server is only like PostgreSQL: no session lock is \
					held beside the lease, and the lease of a process that died has to run out""");
		}
		if (role == Role.CONTROL) {
			for (String replaced : Sql.query(connection, OTHERS, (row) -> row.getString(1), tag(owner, role))) {
				end(connection, replaced);
			}
		}
		Sql.query(connection, SETTINGS, (row) -> row.getString(1), tag(owner, role));
		checkClient(connection);
		return Optional.empty();
	}

	private static void checkClient(Connection connection) throws SQLException {
		try {
			Sql.execute(connection, CHECK_OF_CLIENT);
		}
		catch (SQLException ex) {
			if (SqlErrors.isBroken(ex)) {
				throw ex;
			}
			logger.debug("The server does not look whether a client is gone while it works: " + ex.getMessage());
		}
	}

	/**
	 * A pooler makes up the process id that it tells its clients.
	 */
	private static boolean isSessionOfClient(Connection connection) throws SQLException {
		return connection.isWrapperFor(PGConnection.class) && Sql.value(connection, SESSION)
			.filter(String.valueOf(connection.unwrap(PGConnection.class).getBackendPID())::equals)
			.isPresent();
	}

	/**
	 * Return the application name of a session. PostgreSQL keeps 63 characters, and the
	 * last ones tell owners apart.
	 */
	static String tag(String owner, Role role) {
		String prefix = TAG + ((role == Role.CONTROL) ? "lock:" : "");
		String ascii = owner.replaceAll("[^\\x20-\\x7e]", "?");
		return prefix + ascii.substring(Math.max(0, prefix.length() + ascii.length() - MAX_TAG));
	}

	@Override
	public String id(Connection connection) throws SQLException {
		return Sql.value(connection, "select pg_backend_pid()::text").orElseThrow();
	}

	@Override
	public String holder() {
		return HOLDER;
	}

	@Override
	public String isHolderDead() {
		return "session is not null";
	}

	@Override
	public boolean tryLock(Connection connection) throws SQLException {
		return Sql.query(connection, "select pg_try_advisory_lock(" + KEY + ")", (row) -> row.getBoolean(1)).get(0);
	}

	@Override
	public void unlock(Connection connection) throws SQLException {
		Sql.query(connection, "select pg_advisory_unlock(" + KEY + ")", (row) -> row.getBoolean(1));
	}

	@Override
	public void end(Connection connection, String session) throws SQLException {
		Sql.query(connection, "select pg_terminate_backend(?)", (row) -> row.getBoolean(1), Integer.valueOf(session));
	}

	@Override
	public List<String> of(Connection connection, String owner, Optional<String> session) throws SQLException {
		return Sql.query(connection, """
				select pid::text from pg_stat_activity
				where application_name in (?, ?) and datname = current_database()""", (row) -> row.getString(1),
				tag(owner, Role.CONTROL), tag(owner, Role.WORK));
	}

}
