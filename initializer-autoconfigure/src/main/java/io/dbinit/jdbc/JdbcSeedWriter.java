package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.seed.SeedWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes seed data row by row: whether a row is there is asked first, so that no unique
 * index is needed, and one that would not change is not written.
 */
final class JdbcSeedWriter implements SeedWriter {

	private final Connection connection;

	private final Dialect dialect;

	JdbcSeedWriter(Connection connection, Dialect dialect) {
		this.connection = connection;
		this.dialect = dialect;
	}

	@Override
	public int write(SeedData data) throws SQLException {
		Catalog catalog = new Catalog(this.connection);
		Table table = catalog.table(data.target());
		List<Map<Column, @Nullable Object>> rows = resolve(data, table, catalog.columns(table));
		String quoted = catalog.quote(table);
		if (data.mode() == Mode.IF_EMPTY && !isEmpty(quoted)) {
			return 0;
		}
		Map<List<Column>, SeedStatements> statements = new HashMap<>();
		try {
			int changed = 0;
			for (Map<Column, @Nullable Object> row : rows) {
				List<Column> columns = List.copyOf(row.keySet());
				SeedStatements prepared = statements.get(columns);
				if (prepared == null) {
					prepared = new SeedStatements(this.connection, this.dialect.parameters(), catalog, quoted, columns,
							key(data, columns));
					statements.put(columns, prepared);
				}
				changed += write(data, prepared, row);
			}
			return changed;
		}
		finally {
			for (SeedStatements prepared : statements.values()) {
				prepared.close();
			}
		}
	}

	private static int write(SeedData data, SeedStatements statements, Map<Column, @Nullable Object> row)
			throws SQLException {
		if (!data.isKeyed() || !statements.exists(row)) {
			return statements.insert(row);
		}
		return data.mode().updates() ? statements.update(row) : 0;
	}

	/**
	 * Find every column before anything is written.
	 */
	private static List<Map<Column, @Nullable Object>> resolve(SeedData data, Table table,
			Map<String, Column> columns) {
		List<Map<Column, @Nullable Object>> rows = new ArrayList<>();
		for (Row row : data.rows()) {
			Map<Column, @Nullable Object> resolved = new LinkedHashMap<>();
			row.values()
				.forEach((name, value) -> resolved.put(
						Catalog.match("column", name, columns, "in table '" + table.name() + "'"),
						(value instanceof DefinitionNode node) ? node.plain() : value));
			if (data.isKeyed()) {
				requireKey(data, resolved);
			}
			rows.add(resolved);
		}
		return rows;
	}

	private static void requireKey(SeedData data, Map<Column, @Nullable Object> row) {
		for (String key : data.key()) {
			boolean present = row.entrySet()
				.stream()
				.anyMatch((entry) -> entry.getKey().name().equalsIgnoreCase(key) && entry.getValue() != null);
			if (!present) {
				throw new InitializationException(
						"A row for '%s' has no value for its key '%s'".formatted(data.target(), key),
						"Give each row a value for every column of the key.", null);
			}
		}
	}

	private static List<Column> key(SeedData data, List<Column> columns) {
		return columns.stream()
			.filter((column) -> data.key().stream().anyMatch(column.name()::equalsIgnoreCase))
			.toList();
	}

	private boolean isEmpty(String table) throws SQLException {
		return Sql
			.query(this.connection, "select case when exists (select 1 from " + table + ") then 1 else 0 end",
					(row) -> row.getInt(1))
			.equals(List.of(0));
	}

}
