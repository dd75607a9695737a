package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

/**
 * The statements for rows with the same columns.
 */
final class SeedStatements implements AutoCloseable {

	private final Connection connection;

	private final Parameters parameters;

	private final String table;

	private final List<Column> columns;

	private final List<Column> key;

	private final List<Column> others;

	private final Map<Column, String> quoted = new HashMap<>();

	private final Map<String, PreparedStatement> prepared = new HashMap<>();

	SeedStatements(Connection connection, Parameters parameters, Catalog catalog, String table, List<Column> columns,
			List<Column> key) throws SQLException {
		this.connection = connection;
		this.parameters = parameters;
		this.table = table;
		this.columns = columns;
		this.key = key;
		this.others = columns.stream().filter((column) -> !key.contains(column)).toList();
		for (Column column : columns) {
			this.quoted.put(column, catalog.quote(column.name()));
		}
	}

	boolean exists(Map<Column, @Nullable Object> row) throws SQLException {
		PreparedStatement statement = prepare("select 1 from %s where %s".formatted(this.table, isRow()));
		bind(statement, 1, this.key, row);
		try (ResultSet results = statement.executeQuery()) {
			return results.next();
		}
	}

	int insert(Map<Column, @Nullable Object> row) throws SQLException {
		String names = this.columns.stream().map(this.quoted::get).collect(Collectors.joining(", "));
		String parameters = this.columns.stream().map(this.parameters::parameter).collect(Collectors.joining(", "));
		PreparedStatement statement = prepare(
				"insert into %s (%s) values (%s)".formatted(this.table, names, parameters));
		bind(statement, 1, this.columns, row);
		return statement.executeUpdate();
	}

	/**
	 * Update a row if any of its values is another one.
	 */
	int update(Map<Column, @Nullable Object> row) throws SQLException {
		if (this.others.isEmpty()) {
			return 0;
		}
		String assignments = this.others.stream()
			.map((column) -> this.quoted.get(column) + " = " + this.parameters.parameter(column))
			.collect(Collectors.joining(", "));
		String differs = this.others.stream()
			.map((column) -> this.parameters.differs(column, String.valueOf(this.quoted.get(column))))
			.collect(Collectors.joining(" or "));
		PreparedStatement statement = prepare(
				"update %s set %s where %s and (%s)".formatted(this.table, assignments, isRow(), differs));
		int next = bind(statement, 1, this.others, row);
		next = bind(statement, next, this.key, row);
		bind(statement, next, this.others, row);
		return statement.executeUpdate();
	}

	private String isRow() {
		return this.key.stream()
			.map((column) -> this.quoted.get(column) + " = " + this.parameters.parameter(column))
			.collect(Collectors.joining(" and "));
	}

	private PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.prepared.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.prepared.put(sql, statement);
		}
		return statement;
	}

	private int bind(PreparedStatement statement, int first, List<Column> columns, Map<Column, @Nullable Object> row)
			throws SQLException {
		int index = first;
		for (Column column : columns) {
			this.parameters.bind(statement, index++, column, row.get(column));
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
