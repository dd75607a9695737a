package io.dbinit.liquibase;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import liquibase.database.Database;

/**
 * The invalid indexes that {@code create index concurrently} leaves on PostgreSQL when it
 * fails. Those of the changeset that failed did not exist before and are named in its
 * SQL.
 */
final class InvalidIndexes {

	private static final String SELECT = """
			select format('%I.%I', n.nspname, c.relname) as qualified, c.relname as name
			from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
			where not i.indisvalid""";

	private final Connection connection;

	private final Set<String> before;

	private InvalidIndexes(Connection connection, Set<String> before) {
		this.connection = connection;
		this.before = before;
	}

	/**
	 * Remember the invalid indexes that exist before a change.
	 * @param connection the connection
	 * @param database its database
	 * @return the indexes
	 * @throws SQLException if the connection is broken
	 */
	static InvalidIndexes before(Connection connection, Database database) throws SQLException {
		return new InvalidIndexes(connection,
				database.getShortName().equals("postgresql") ? Set.copyOf(read(connection).keySet()) : Set.of());
	}

	private static Map<String, String> read(Connection connection) throws SQLException {
		Map<String, String> names = new LinkedHashMap<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(SELECT)) {
			while (rows.next()) {
				names.put(rows.getString("qualified"), rows.getString("name"));
			}
		}
		return names;
	}

	/**
	 * Drop the invalid indexes that a failed change has left.
	 * @param sql the SQL of the change
	 * @param database the database
	 * @return the indexes that were dropped
	 * @throws SQLException if an index could not be dropped
	 */
	List<String> drop(String sql, Database database) throws SQLException {
		List<String> dropped = new ArrayList<>();
		if (database.getShortName().equals("postgresql")) {
			boolean autoCommit = this.connection.getAutoCommit();
			this.connection.setAutoCommit(true);
			try (Statement statement = this.connection.createStatement()) {
				for (Map.Entry<String, String> index : read(this.connection).entrySet()) {
					if (!this.before.contains(index.getKey()) && isNamed(index.getValue(), sql)) {
						statement.execute("drop index concurrently if exists " + index.getKey());
						dropped.add(index.getKey());
					}
				}
			}
			finally {
				this.connection.setAutoCommit(autoCommit);
			}
		}
		return dropped;
	}

	private static boolean isNamed(String index, String sql) {
		return sql.toLowerCase(Locale.ROOT).contains(index.toLowerCase(Locale.ROOT));
	}

}
