package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions of MySQL and MariaDB. The session lock is a named lock; as the names of
 * sessions can be read only with special settings or rights, a second one tags the
 * control connection. Who holds a named lock can be asked by everybody.
 */
final class MySqlSessions implements Sessions {

	private static final String NAME = "concat('db-init:', sha1(database()))";

	private static final String TAG_NAME = "concat('db-init:', sha1(?))";

	private static final String CLUSTER = """
			show global variables where variable_name in
			('wsrep_on', 'group_replication_single_primary_mode', 'group_replication_group_name')""";

	@Override
	public Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		if (role == Role.CONTROL) {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}
		Optional<String> cluster = cluster(connection);
		if (cluster.isEmpty() && role == Role.CONTROL) {
			tag(connection, owner);
		}
		return cluster;
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

	private void tag(Connection connection, String owner) throws SQLException {
		String sql = "select get_lock(" + TAG_NAME + ", 0)";
		if (Sql.value(connection, sql, owner).filter("1"::equals).isEmpty()) {
			for (String replaced : tagged(connection, owner)) {
				end(connection, replaced);
			}
			Sql.value(connection, "select get_lock(" + TAG_NAME + ", 2)", owner);
		}
	}

	private static List<String> tagged(Connection connection, String owner) throws SQLException {
		return Sql.value(connection, "select is_used_lock(" + TAG_NAME + ")", owner).map(List::of).orElse(List.of());
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
			if (ex.getErrorCode() != 1094) {
				throw ex;
			}
			// No such thread: it has ended by itself
		}
	}

	@Override
	public List<String> of(Connection connection, String owner, Optional<String> session) throws SQLException {
		return tagged(connection, owner);
	}

}
