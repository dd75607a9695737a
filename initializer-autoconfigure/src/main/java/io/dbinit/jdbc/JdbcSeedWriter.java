package io.dbinit.jdbc;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

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
 * Writes seed data row by row, within the transaction of the caller. Each row is looked
 * up first, so that its key needs no unique index, and written only if it differs.
 */
final class JdbcSeedWriter implements SeedWriter {

	private final Connection connection;

	private final Dialect dialect;

	JdbcSeedWriter(Connection connection, Dialect dialect) {
		this.connection = connection;
		this.dialect = dialect;
	}

	@Override
	public int write(SeedData data, LongConsumer progress) throws SQLException {
		return (data.source() != null) ? new SeedLoad(this.connection, this.dialect, data, progress).write()
				: write(data);
	}

	@Override
	public int write(SeedData data) throws SQLException {
		Catalog catalog = new Catalog(this.connection);
		Table table = catalog.table(data.target());
		Parameters parameters = this.dialect.parameters(this.connection, table);
		List<SeedRow> rows = rows(data, catalog, table, parameters);
		try (SeedStatements statements = new SeedStatements(this.connection, parameters, catalog, table)) {
			if (data.mode() == Mode.IF_EMPTY && !statements.isEmpty()) {
				return 0;
			}
			Run run = new Run(data, statements, this.dialect, updated(data, catalog, table),
					touched(data, catalog, table));
			for (SeedRow row : rows) {
				run.write(row);
			}
			for (Map.Entry<Column, BigInteger> entry : run.highest().entrySet()) {
				parameters.advance(this.connection, table, entry.getKey(), entry.getValue());
			}
			return run.changed;
		}
	}

	static Set<Column> updated(SeedData data, Catalog catalog, Table table) throws SQLException {
		Set<Column> columns = new HashSet<>();
		for (String name : data.update()) {
			columns.add(column(name, catalog, table));
		}
		return columns;
	}

	static @Nullable Column touched(SeedData data, Catalog catalog, Table table) throws SQLException {
		return (data.touch() != null) ? column(data.touch(), catalog, table) : null;
	}

	private static Column column(String name, Catalog catalog, Table table) throws SQLException {
		return Catalog.match("column", name, catalog.columns(table), "in table '" + table.name() + "'");
	}

	@Override
	public boolean isEmpty(String target, @Nullable DefinitionNode filter) throws SQLException {
		Catalog catalog = new Catalog(this.connection);
		String table = catalog.quote(catalog.table(target));
		String where = (filter != null) ? " where (" + filter.text() + ")" : "";
		return !isTrue("select case when exists (select 1 from " + table + where + ") then 1 else 0 end", filter);
	}

	@Override
	public boolean isTrue(DefinitionNode query) throws SQLException {
		return isTrue(query.text(), query);
	}

	@Override
	public List<DefinitionNode> find(DefinitionNode place, String target, Map<String, DefinitionNode> key,
			@Nullable String column) throws SQLException {
		Catalog catalog = new Catalog(this.connection);
		Table table = catalog.table(target);
		Parameters parameters = this.dialect.parameters(this.connection, table);
		Map<String, @Nullable Object> row = new LinkedHashMap<>(key);
		SeedRow wanted = new SeedRows(
				new SeedData(target, Mode.INSERT, List.copyOf(key.keySet()), List.of(new Row(place, row))), table,
				catalog.columns(table), parameters, false)
			.rows()
			.get(0);
		String found = (column != null) ? column(column, catalog, table).name() : catalog.primaryKey(table);
		try (SeedStatements statements = new SeedStatements(this.connection, parameters, catalog, table)) {
			return statements.values(wanted, found).stream().map(place::withText).toList();
		}
	}

	private boolean isTrue(String sql, @Nullable DefinitionNode definition) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet results = statement.executeQuery(sql)) {
			Object value = results.next() ? results.getObject(1) : null;
			return (value instanceof Number number) ? number.doubleValue() != 0 : Boolean.TRUE.equals(value);
		}
		catch (SQLException ex) {
			if (definition == null || !String.valueOf(ex.getSQLState()).startsWith("42")) {
				throw ex;
			}
			throw new InitializationException(
					"Failed to evaluate the condition at %s: %s (SQLState %s)".formatted(definition.where(),
							this.dialect.withoutValues(ex), ex.getSQLState()),
					"Correct the condition. Nothing of the seed was written.", ex);
		}
	}

	private List<SeedRow> rows(SeedData data, Catalog catalog, Table table, Parameters parameters) throws SQLException {
		return new SeedRows(data, table, catalog.columns(table), parameters, this.dialect instanceof MySqlDialect)
			.rows();
	}

	/**
	 * Return the error of a row that the database refuses for its values.
	 */
	static InitializationException refused(String rows, String table, SQLException ex, Dialect dialect) {
		return new InitializationException("Failed to write %s into table '%s': %s (SQLState %s)".formatted(rows, table,
				dialect.withoutValues(ex), ex.getSQLState()), "Correct the row. Nothing of the seed was written.", ex);
	}

	/**
	 * Return whether a row is refused for its values.
	 */
	static boolean isRefused(SQLException ex) {
		return String.valueOf(ex.getSQLState()).matches("22.*|23.*|42804|HY000");
	}

	/**
	 * One pass over the rows.
	 */
	private static final class Run {

		private final SeedData data;

		private final SeedStatements statements;

		/** The rows by their keys as they are stored. */
		private final Map<List<@Nullable String>, SeedRow> written = new HashMap<>();

		private final List<SeedRow> inserted = new ArrayList<>();

		private final Dialect dialect;

		private final Set<Column> updated;

		private final @Nullable Column touched;

		private int changed;

		Run(SeedData data, SeedStatements statements, Dialect dialect, Set<Column> updated, @Nullable Column touched) {
			this.updated = updated;
			this.touched = touched;
			this.data = data;
			this.statements = statements;
			this.dialect = dialect;
		}

		void write(SeedRow row) throws SQLException {
			try {
				this.changed += change(row);
			}
			catch (SQLException ex) {
				if (!isRefused(ex)) {
					throw ex;
				}
				throw refused("the row at " + row.place(), this.data.target(), ex, this.dialect);
			}
		}

		private int change(SeedRow row) throws SQLException {
			if (row.key().isEmpty()) {
				return insert(row);
			}
			List<List<@Nullable String>> found = this.statements.find(row);
			if (found.isEmpty()) {
				int inserted = insert(row);
				this.statements.find(row).forEach((key) -> this.written.put(key, row));
				return inserted;
			}
			for (List<@Nullable String> key : found) {
				SeedRow other = this.written.put(key, row);
				if (other != null && other != row && this.statements.isSameKey(row, other)) {
					throw error("The rows at %s and %s for table '%s' have the same key %s".formatted(other.place(),
							row.place(), this.data.target(), this.data.key()), "Remove one of the two rows.");
				}
			}
			if (!this.data.mode().updates()) {
				return 0;
			}
			if (found.size() > 1) {
				throw error(
						"The key %s of the row at %s matches %d rows of table '%s'".formatted(this.data.key(),
								row.place(), found.size(), this.data.target()),
						"Name more columns in 'key', so that it identifies one row.");
			}
			return this.statements.update(row, this.updated, this.touched);
		}

		private int insert(SeedRow row) throws SQLException {
			this.inserted.add(row);
			return this.statements.insert(row);
		}

		/**
		 * Return the highest whole numbers that were inserted, by column.
		 */
		Map<Column, BigInteger> highest() {
			Map<Column, BigInteger> highest = new HashMap<>();
			for (SeedRow row : this.inserted) {
				row.read().forEach((column, value) -> {
					if (value instanceof BigInteger number && (column.isGenerated() || column.defaultValue() != null)) {
						highest.merge(column, number, BigInteger::max);
					}
				});
			}
			return highest;
		}

		private static InitializationException error(String message, String action) {
			return new InitializationException(message, action + " Nothing of the seed was written.", null);
		}

	}

}
