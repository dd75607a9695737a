package io.dbinit.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import io.dbinit.seed.SeedData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the columns of seed data and converts its values, before anything is written.
 */
final class SeedRows {

	private static final String ACTION = "Correct the row. Nothing of the seed was written.";

	private final SeedData data;

	private final Table table;

	private final Map<String, Column> columns;

	private final Parameters parameters;

	private final boolean zeroIsGenerated;

	SeedRows(SeedData data, Table table, Map<String, Column> columns, Parameters parameters, boolean zeroIsGenerated) {
		this.data = data;
		this.table = table;
		this.columns = columns;
		this.parameters = parameters;
		this.zeroIsGenerated = zeroIsGenerated;
	}

	List<SeedRow> rows() {
		Map<String, Column> key = new LinkedHashMap<>();
		if (this.data.isKeyed()) {
			this.data.key().forEach((name) -> key.put(name, column(name)));
		}
		List<SeedRow> rows = new ArrayList<>();
		for (SeedData.Row row : this.data.rows()) {
			rows.add(row(row, key));
		}
		return rows;
	}

	Column column(String name) {
		return Catalog.match("column", name, this.columns, "in table '" + this.table.name() + "'");
	}

	private SeedRow row(SeedData.Row row, Map<String, Column> key) {
		Map<Column, Parameter> values = new LinkedHashMap<>();
		Map<Column, @Nullable Object> read = new LinkedHashMap<>();
		row.values().forEach((name, value) -> {
			Column column = column(name);
			if (read.containsKey(column)) {
				throw error(row, "'%s' names the column '%s' a second time".formatted(name, column.name()));
			}
			read.put(column, read(row, column, value));
			values.put(column, this.parameters.parameter(column, read.get(column)));
		});
		Map<Column, Parameter> keyValues = new LinkedHashMap<>();
		key.forEach((name, column) -> {
			Parameter value = values.get(column);
			if (value == null || value.value() == null) {
				throw error(row, "no value for its key '%s'".formatted(name));
			}
			keyValues.put(column, value);
		});
		return new SeedRow(row.place(), keyValues, values, read);
	}

	/**
	 * Return the columns of a row by their names in it.
	 */
	Map<String, Column> columns(SeedData.Row row) {
		Map<String, Column> columns = new LinkedHashMap<>();
		row.values().keySet().forEach((name) -> {
			Column column = column(name);
			if (columns.containsValue(column)) {
				throw error(row, "'%s' names the column '%s' a second time".formatted(name, column.name()));
			}
			columns.put(name, column);
		});
		return columns;
	}

	@Nullable Object read(SeedData.Row row, Column column, @Nullable Object value) {
		try {
			Object read = this.parameters.read(column, value);
			if (this.zeroIsGenerated && column.isGenerated() && read instanceof Number number
					&& number.doubleValue() == 0) {
				throw new IllegalArgumentException("the database would replace 0 with the next value of the column");
			}
			return read;
		}
		catch (IllegalArgumentException ex) {
			throw error(row, "the value of '%s' does not fit its type %s: %s".formatted(column.name(),
					column.typeName(), ex.getMessage()));
		}
	}

	InitializationException error(SeedData.Row row, String problem) {
		return new InitializationException(
				"Invalid row at %s for table '%s': %s".formatted(row.place(), this.data.target(), problem), ACTION,
				null);
	}

}
