package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of a temporary table over into the table of a seed: the columns of the
 * key tell those that are there. They need no unique index.
 */
final class SeedMerge {

	/** Column with the number of the row in its file. */
	static final Column NUMBER = new Column("db_init_row", Types.BIGINT, "bigint", 0, 0, false, null);

	private final SeedData data;

	private final String table;

	private final String staged;

	private final Parameters parameters;

	private final Dialect dialect;

	private final Map<Column, String> key;

	private final Map<Column, String> names;

	private final Set<Column> updated;

	private final @Nullable String touched;

	/**
	 * Create a merge.
	 * @param data the seed
	 * @param table the quoted table
	 * @param staged the quoted name of the temporary table
	 * @param key the columns of the key with their quoted names
	 * @param names the columns of the rows with their quoted names
	 * @param updated the columns to update, empty for all
	 * @param touched the quoted column that gets the time of an update, or {@code null}
	 */
	SeedMerge(SeedData data, String table, String staged, Parameters parameters, Dialect dialect,
			Map<Column, String> key, Map<Column, String> names, Set<Column> updated, @Nullable String touched) {
		this.data = data;
		this.table = table;
		this.staged = staged;
		this.parameters = parameters;
		this.dialect = dialect;
		this.key = key;
		this.names = names;
		this.updated = updated;
		this.touched = touched;
	}

	void createTable(Connection connection) throws SQLException {
		String columns = String.join(", ", this.names.values());
		Sql.execute(connection, this.dialect.temporaryTable(this.staged,
				"select %s, 0 as %s from %s where 1 = 0".formatted(columns, NUMBER.name(), this.table)));
	}

	/**
	 * Update and insert the rows.
	 * @return how many rows were changed
	 */
	int run(Connection connection) throws SQLException {
		requireDifferentKeys(connection);
		try {
			return (this.data.mode().updates() ? update(connection) : 0) + insert(connection);
		}
		catch (SQLException ex) {
			if (!JdbcSeedWriter.isRefused(ex)) {
				throw ex;
			}
			throw JdbcSeedWriter.refused("a row of " + this.data.source(), this.data.target(), ex, this.dialect);
		}
	}

	private void requireDifferentKeys(Connection connection) throws SQLException {
		List<String> key = this.key.values().stream().map((name) -> "s." + name).toList();
		List<long[]> twice = Sql.query(connection,
				"select min(s.%1$s), max(s.%1$s) from %2$s s group by %3$s having count(*) > 1 order by 1 limit 1"
					.formatted(NUMBER.name(), this.staged, String.join(", ", key)),
				(row) -> new long[] { row.getLong(1), row.getLong(2) });
		for (long[] rows : twice) {
			throw SeedLoad.error("The rows at %s and %s for table '%s' have the same key %s".formatted(place(rows[0]),
					place(rows[1]), this.data.target(), this.data.key()), "Remove one of the two rows.");
		}
	}

	private String place(long number) {
		try (Stream<Row> rows = this.data.stream()) {
			return rows.skip(number - 1).findFirst().map(Row::place).orElse("row " + number);
		}
	}

	private String matches() {
		return this.key.values()
			.stream()
			.map((name) -> "t.%1$s = s.%1$s".formatted(name))
			.collect(Collectors.joining(" and "));
	}

	private int update(Connection connection) throws SQLException {
		Map<String, String> assignments = new LinkedHashMap<>();
		List<String> differences = new ArrayList<>();
		this.names.forEach((column, name) -> {
			if (!this.key.containsKey(column) && (this.updated.isEmpty() || this.updated.contains(column))) {
				assignments.put(name, "s." + name);
				differences.add(this.parameters.differs(column, "t." + name, "s." + name));
			}
		});
		if (assignments.isEmpty()) {
			return 0;
		}
		requireOneMatchEach(connection);
		if (this.touched != null) {
			assignments.put(this.touched, "current_timestamp");
		}
		return execute(connection, this.dialect.updateFrom(this.table, this.staged, matches(),
				String.join(" or ", differences), assignments));
	}

	private void requireOneMatchEach(Connection connection) throws SQLException {
		Optional<String> several = Sql.value(connection,
				"select s.%1$s from %2$s s join %3$s t on %4$s group by s.%1$s having count(*) > 1 order by 1 limit 1"
					.formatted(NUMBER.name(), this.staged, this.table, matches()));
		if (several.isPresent()) {
			throw SeedLoad.error(
					"The key %s of the row at %s matches more than one row of table '%s'".formatted(this.data.key(),
							place(Long.parseLong(several.get())), this.data.target()),
					"Name more columns in 'key', so that it identifies one row.");
		}
	}

	private int insert(Connection connection) throws SQLException {
		boolean generated = this.names.keySet().stream().anyMatch(Column::isGenerated);
		String selected = this.names.values().stream().map((name) -> "s." + name).collect(Collectors.joining(", "));
		return execute(connection,
				"insert into %1$s (%2$s)%3$s select %4$s from %5$s s where not exists (select 1 from %1$s t where %6$s) order by s.%7$s"
					.formatted(this.table, String.join(", ", this.names.values()),
							generated ? this.parameters.overriding() : "", selected, this.staged, matches(),
							NUMBER.name()));
	}

	private int execute(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			int changed = statement.executeUpdate();
			this.parameters.requireUnchanged(statement);
			return changed;
		}
	}

}
