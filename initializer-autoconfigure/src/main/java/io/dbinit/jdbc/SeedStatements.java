package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import org.jspecify.annotations.Nullable;

/**
 * Statements for the rows of one table. A statement is prepared once.
 */
final class SeedStatements implements AutoCloseable {

	private final Connection connection;

	private final Parameters parameters;

	private final Catalog catalog;

	private final String table;

	private final Map<String, PreparedStatement> prepared = new HashMap<>();

	SeedStatements(Connection connection, Parameters parameters, Catalog catalog, Table table) throws SQLException {
		this.connection = connection;
		this.parameters = parameters;
		this.catalog = catalog;
		this.table = catalog.quote(table);
	}

	boolean isEmpty() throws SQLException {
		return Sql.query(this.connection, "select 1 from " + this.table + " limit 1", (row) -> row.getInt(1)).isEmpty();
	}

	/**
	 * Return the keys, as they are stored, of the rows that have the key of a row.
	 */
	List<List<@Nullable String>> find(SeedRow row) throws SQLException {
		Collection<Column> key = row.key().keySet();
		PreparedStatement statement = prepare(
				"select %s from %s where %s".formatted(names(key), this.table, assignments(row.key(), " and ")));
		bind(statement, 1, row.key().values());
		List<List<@Nullable String>> found = new ArrayList<>();
		try (ResultSet results = statement.executeQuery()) {
			while (results.next()) {
				List<@Nullable String> stored = new ArrayList<>();
				for (int i = 1; i <= key.size(); i++) {
					stored.add(results.getString(i));
				}
				found.add(stored);
			}
		}
		return found;
	}

	/**
	 * Return the values of a column in at most two of the rows that have the key of a
	 * row.
	 */
	List<String> values(SeedRow row, String column) throws SQLException {
		PreparedStatement statement = prepare("select %s from %s where %s limit 2".formatted(this.catalog.quote(column),
				this.table, assignments(row.key(), " and ")));
		bind(statement, 1, row.key().values());
		List<String> found = new ArrayList<>();
		try (ResultSet results = statement.executeQuery()) {
			while (results.next()) {
				found.add(String.valueOf(results.getString(1)));
			}
		}
		return found;
	}

	/**
	 * Return whether two rows have the same key by the rules of the database.
	 */
	boolean isSameKey(SeedRow row, SeedRow other) throws SQLException {
		PreparedStatement statement = prepare("select 1 from %s where %s and %s".formatted(this.table,
				assignments(row.key(), " and "), assignments(other.key(), " and ")));
		bind(statement, bind(statement, 1, row.key().values()), other.key().values());
		try (ResultSet results = statement.executeQuery()) {
			return results.next();
		}
	}

	int insert(SeedRow row) throws SQLException {
		String expressions = row.values()
			.values()
			.stream()
			.map(Parameter::expression)
			.collect(Collectors.joining(", "));
		boolean generated = row.values().keySet().stream().anyMatch(Column::isGenerated);
		PreparedStatement statement = prepare("insert into %s (%s)%s values (%s)".formatted(this.table,
				names(row.values().keySet()), generated ? this.parameters.overriding() : "", expressions));
		bind(statement, 1, row.values().values());
		return execute(statement);
	}

	/**
	 * Update a row unless it has all values.
	 * @param only the columns to update, empty for all
	 * @param touch the column that gets the time of the change, or {@code null}
	 */
	int update(SeedRow row, Set<Column> only, @Nullable Column touch) throws SQLException {
		Map<Column, Parameter> others = row.others();
		if (!only.isEmpty()) {
			others.keySet().retainAll(only);
		}
		if (others.isEmpty()) {
			return 0;
		}
		List<String> differences = new ArrayList<>();
		for (Map.Entry<Column, Parameter> entry : others.entrySet()) {
			differences.add(this.parameters.differs(entry.getKey(), quote(entry.getKey()), entry.getValue()));
		}
		String touched = (touch != null) ? ", " + quote(touch) + " = current_timestamp" : "";
		PreparedStatement statement = prepare("update %s set %s%s where %s and (%s)".formatted(this.table,
				assignments(others, ", "), touched, assignments(row.key(), " and "), String.join(" or ", differences)));
		int next = bind(statement, 1, others.values());
		next = bind(statement, next, row.key().values());
		bind(statement, next, others.values());
		return execute(statement);
	}

	private int execute(PreparedStatement statement) throws SQLException {
		statement.clearWarnings();
		int changed = statement.executeUpdate();
		this.parameters.requireUnchanged(statement);
		return changed;
	}

	private String names(Collection<Column> columns) throws SQLException {
		List<String> names = new ArrayList<>();
		for (Column column : columns) {
			names.add(quote(column));
		}
		return String.join(", ", names);
	}

	private String assignments(Map<Column, Parameter> values, String separator) throws SQLException {
		List<String> assignments = new ArrayList<>();
		for (Map.Entry<Column, Parameter> entry : values.entrySet()) {
			assignments.add(quote(entry.getKey()) + " = " + entry.getValue().expression());
		}
		return String.join(separator, assignments);
	}

	private String quote(Column column) throws SQLException {
		return this.catalog.quote(column.name());
	}

	private PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.prepared.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.prepared.put(sql, statement);
		}
		return statement;
	}

	private int bind(PreparedStatement statement, int first, Collection<Parameter> values) throws SQLException {
		int index = first;
		for (Parameter parameter : values) {
			Object value = parameter.value();
			if (value != null) {
				this.parameters.bind(statement, index++, value);
			}
			else {
				statement.setNull(index++, Types.NULL);
			}
		}
		return index;
	}

	@Override
	public void close() throws SQLException {
		for (PreparedStatement statement : this.prepared.values()) {
			statement.close();
		}
	}

}
