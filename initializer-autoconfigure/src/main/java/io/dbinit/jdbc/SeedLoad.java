package io.dbinit.jdbc;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes a seed whose rows are in a file, within the transaction of the caller. The rows
 * are streamed into the table, or, if the seed has a key, into a temporary table, from
 * which a {@link SeedMerge} takes them.
 */
final class SeedLoad {

	private static final int STEP = 1000;

	private static final AtomicInteger NUMBERS = new AtomicInteger();

	private final Connection connection;

	private final Dialect dialect;

	private final SeedData data;

	private final LongConsumer progress;

	private final Catalog catalog;

	private final Table table;

	private final Parameters parameters;

	private final SeedRows rows;

	/** The highest whole numbers of the columns whose values are drawn otherwise. */
	private final Map<Column, BigInteger> highest = new HashMap<>();

	SeedLoad(Connection connection, Dialect dialect, SeedData data, LongConsumer progress) throws SQLException {
		this.connection = connection;
		this.dialect = dialect;
		this.data = data;
		this.progress = progress;
		this.catalog = new Catalog(connection);
		this.table = this.catalog.table(data.target());
		this.parameters = dialect.parameters(connection, this.table);
		this.rows = new SeedRows(data, this.table, this.catalog.columns(this.table), this.parameters,
				dialect instanceof MySqlDialect);
	}

	int write() throws SQLException {
		try (SeedStatements statements = new SeedStatements(this.connection, this.parameters, this.catalog,
				this.table)) {
			if (this.data.mode() == Mode.IF_EMPTY && !statements.isEmpty()) {
				return 0;
			}
		}
		try (Stream<Row> stream = this.data.stream()) {
			Iterator<Row> file = stream.iterator();
			int written = file.hasNext() ? write(file) : 0;
			for (Map.Entry<Column, BigInteger> entry : this.highest.entrySet()) {
				this.parameters.advance(this.connection, this.table, entry.getKey(), entry.getValue());
			}
			return written;
		}
	}

	private int write(Iterator<Row> file) throws SQLException {
		Row first = file.next();
		Map<String, Column> columns = this.rows.columns(first);
		if (columns.isEmpty()) {
			throw this.rows.error(first, "a row must have a column");
		}
		if (!this.data.isKeyed()) {
			return load(first, file, columns, insert(this.catalog.quote(this.table), columns.values(), false));
		}
		String staged = this.catalog.quote("db_init_seed_" + NUMBERS.incrementAndGet());
		SeedMerge merge = new SeedMerge(this.data, this.catalog.quote(this.table), staged, this.parameters,
				this.dialect, key(first, columns), names(columns.values()),
				JdbcSeedWriter.updated(this.data, this.catalog, this.table), touched());
		merge.createTable(this.connection);
		load(first, file, columns, insert(staged, columns.values(), true));
		return merge.run(this.connection);
	}

	private @Nullable String touched() throws SQLException {
		Column touched = JdbcSeedWriter.touched(this.data, this.catalog, this.table);
		return (touched != null) ? this.catalog.quote(touched.name()) : null;
	}

	private Map<Column, String> key(Row first, Map<String, Column> columns) throws SQLException {
		Map<Column, String> key = new LinkedHashMap<>();
		for (String name : this.data.key()) {
			Column column = this.rows.column(name);
			if (!columns.containsValue(column)) {
				throw this.rows.error(first, "no value for its key '%s'".formatted(name));
			}
			key.put(column, this.catalog.quote(column.name()));
		}
		return key;
	}

	private Map<Column, String> names(Iterable<Column> columns) throws SQLException {
		Map<Column, String> names = new LinkedHashMap<>();
		for (Column column : columns) {
			names.put(column, this.catalog.quote(column.name()));
		}
		return names;
	}

	private RowSink.Insert insert(String table, Iterable<Column> columns, boolean staged) throws SQLException {
		List<Column> plain = new ArrayList<>();
		for (Column column : columns) {
			plain.add(staged ? column.withoutGenerator() : column);
		}
		List<String> names = new ArrayList<>(names(plain).values());
		if (staged) {
			plain.add(SeedMerge.NUMBER);
			names.add(SeedMerge.NUMBER.name());
		}
		return new RowSink.Insert(table, plain, names, this.parameters, this.data);
	}

	private int load(Row first, Iterator<Row> file, Map<String, Column> columns, RowSink.Insert insert)
			throws SQLException {
		boolean staged = insert.columns().size() > columns.size();
		RowSink sink = this.dialect.rowSink(this.connection, insert);
		try (sink) {
			int number = 0;
			for (Row row = first; row != null; row = file.hasNext() ? file.next() : null) {
				List<@Nullable Object> values = values(row, columns);
				if (++number % STEP == 0) {
					this.progress.accept(number);
				}
				if (staged) {
					values.add(BigInteger.valueOf(number));
				}
				sink.add(row, values);
			}
			sink.finish();
			return number;
		}
		catch (SQLException ex) {
			if (!JdbcSeedWriter.isRefused(ex)) {
				throw ex;
			}
			throw JdbcSeedWriter.refused(sink.refusedRows(ex), this.data.target(), ex, this.dialect);
		}
	}

	private List<@Nullable Object> values(Row row, Map<String, Column> columns) {
		if (!row.values().keySet().equals(columns.keySet())) {
			throw this.rows.error(row,
					"it has the columns %s, but the first row %s".formatted(row.values().keySet(), columns.keySet()));
		}
		List<@Nullable Object> values = new ArrayList<>(columns.size() + 1);
		columns.forEach((name, column) -> {
			Object value = this.rows.read(row, column, row.values().get(name));
			if (value == null && this.data.isKeyed() && this.data.key().contains(name)) {
				throw this.rows.error(row, "no value for its key '%s'".formatted(name));
			}
			if (value instanceof BigInteger number && (column.isGenerated() || column.defaultValue() != null)) {
				this.highest.merge(column, number, BigInteger::max);
			}
			values.add(value);
		});
		return values;
	}

	static InitializationException error(String message, String action) {
		return new InitializationException(message, action + " Nothing of the seed was written.", null);
	}

}
