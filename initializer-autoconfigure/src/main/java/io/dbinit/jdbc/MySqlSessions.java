package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sessions of MySQL and MariaDB. The session lock is a named lock; as the names of
 * sessions can be read only with special settings or rights, another one tags each
 * session. Who holds a named lock can be asked by everybody.
 */
final class MySqlSessions implements Sessions {

	private static final int NO_SUCH_THREAD = 1094;

	private static final String NAME = "concat('db-init:', sha1(database()))";

	private static final String TAG_NAME = "concat('db-init:', sha1(?))";

	private static final String TAG_NAME_OF_RENEWER = "concat('db-init:', sha1(concat('%s:', coalesce(owner, ''))))"
		.formatted(Role.CONTROL);

	private static final String CLUSTER = """
			show global variables where variable_name in
			('wsrep_on', 'group_replication_single_primary_mode', 'group_replication_group_name')""";

	@Override
	public Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		// A session may have to wait long for its next step
		Sql.execute(connection, "set session wait_timeout = 86400");
		if (role == Role.CONTROL) {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}
		Optional<String> cluster = cluster(connection);
		if (cluster.isPresent() || isSessionOfClient(connection, tag(owner, role))) {
			return cluster;
		}
		return Optional.of("""
				Sessions are shared through a proxy: no session lock is held beside the lease, and the lease of a \
				process that died has to run out""");
	}

	private static String tag(String owner, Role role) {
		return role + ":" + owner;
	}

	/**
	 * Tag the session, ending one that it replaces. A proxy makes up the id that it tells
	 * its clients.
	 */
	private boolean isSessionOfClient(Connection connection, String tag) throws SQLException {
		String sql = "select get_lock(" + TAG_NAME + ", ?)";
		if (Sql.value(connection, sql, tag, 0).filter("1"::equals).isEmpty()) {
			Optional<String> replaced = tagged(connection, tag);
			if (replaced.isPresent()) {
				end(connection, replaced.get());
			}
			Sql.value(connection, sql, tag, 2);
		}
		return Sql.value(connection, "select connection_id()").equals(tagged(connection, tag));
	}

	private static Optional<String> tagged(Connection connection, String tag) throws SQLException {
		return Sql.value(connection, "select is_used_lock(" + TAG_NAME + ")", tag);
	}

	private static Optional<String> cluster(Connection connection) throws SQLException {
		Map<String, String> variables = new HashMap<>();
		Sql.query(connection, CLUSTER, (row) -> variables.put(row.getString(1).toLowerCase(), row.getString(2)));
		if ("ON".equals(variables.get("wsrep_on"))) {
			return Optional.of("""
					Galera cluster: named locks and sessions belong to one node, so that the lease alone keeps two \
					processes apart; the lease of a process that died has to run out, and what it left running on \
					another node is not ended""");
		}
		boolean group = !variables.getOrDefault("group_replication_group_name", "").isEmpty();
		if (group && "OFF".equals(variables.get("group_replication_single_primary_mode"))) {
			return Optional.of("""
					Group replication with several primaries: named locks and sessions belong to one server, so that \
					the lease alone keeps two processes apart; the lease of a process that died has to run out""");
		}
		return Optional.empty();
	}

	@Override
	public String id(Connection connection) throws SQLException {
		return Sql.value(connection, "select connection_id()").orElseThrow();
	}

	@Override
	public String holder() {
		return "is_used_lock(" + NAME + ")";
	}

	@Override
	public String isHolderDead() {
		return "session is not null";
	}

	/**
	 * The server finishes a statement before it notices that the client is gone.
	 */
	@Override
	public String isRenewerGone() {
		return "is_used_lock(" + TAG_NAME_OF_RENEWER + ") is null";
	}

	@Override
	public boolean tryLock(Connection connection) throws SQLException {
		return Sql.value(connection, "select get_lock(" + NAME + ", 0)").filter("1"::equals).isPresent();
	}

	@Override
	public void unlock(Connection connection) throws SQLException {
		Sql.value(connection, "select release_lock(" + NAME + ")");
	}

	@Override
	public void end(Connection connection, String session) throws SQLException {
		try {
			Sql.execute(connection, "kill " + Long.parseLong(session));
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() != NO_SUCH_THREAD) {
				throw ex;
			}
			// No such thread: it has ended by itself
		}
	}

	@Override
	public List<String> of(Connection connection, String owner, Optional<String> session) throws SQLException {
		return Stream
			.concat(tagged(connection, tag(owner, Role.CONTROL)).stream(),
					tagged(connection, tag(owner, Role.WORK)).stream())
			.toList();
	}

}
