package io.dbinit.liquibase;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The sizes of tables as the catalog estimates them.
 */
final class TableSizes {

	private static final long UNKNOWN = -1;

	private final Connection connection;

	private final String product;

	private final Map<String, Long> rows = new HashMap<>();

	TableSizes(Connection connection, String product) {
		this.connection = connection;
		this.product = product;
	}

	/**
	 * Return the size of a table for a message.
	 * @param table its name
	 * @return the size in brackets, with a space before, or nothing if it is not known
	 */
	String of(@Nullable String table) {
		long rows = rows(table);
		return (rows > 0) ? String.format(Locale.ROOT, " (about %,d rows)", rows) : "";
	}

	/**
	 * Return whether a table is known to have no rows.
	 * @param table its name
	 */
	boolean isEmpty(@Nullable String table) {
		return rows(table) == 0;
	}

	private long rows(@Nullable String table) {
		String name = String.valueOf(table).replaceAll("[\"`]", "").replaceFirst("^.*\\.", "");
		return this.rows.computeIfAbsent(name.toLowerCase(Locale.ROOT), this::read);
	}

	private long read(String name) {
		String query = switch (this.product) {
			// -1 until it is analyzed, and then the size in pages tells whether it is
			// empty
			case "postgresql" ->
				"select case when c.reltuples >= 0 and c.relpages > 0 then c.reltuples::bigint when pg_relation_size(c.oid) = 0 then 0 else -1 end"
						+ " from pg_class c where lower(c.relname) = ? and c.relkind in ('r', 'p', 'm') and pg_table_is_visible(c.oid)";
			case "mysql", "mariadb" ->
				"select table_rows from information_schema.tables where table_schema = database() and lower(table_name) = ?";
			case "h2" ->
				"select row_count_estimate from information_schema.tables where table_schema = current_schema and lower(table_name) = ?";
			default -> "";
		};
		if (query.isEmpty()) {
			return UNKNOWN;
		}
		try (PreparedStatement statement = this.connection.prepareStatement(query)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getLong(1) : UNKNOWN;
			}
		}
		catch (SQLException ex) {
			return UNKNOWN;
		}
	}

}
