package io.dbinit.jdbc;

import java.sql.SQLException;
import java.util.List;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.seed.SeedData;
import org.jspecify.annotations.Nullable;

/**
 * Destination of many rows that have the same columns.
 */
interface RowSink extends AutoCloseable {

	/**
	 * Add a row, which may be written later.
	 * @param row the row, for messages
	 * @param values the values in the order of the columns, as {@link Parameters#read}
	 * returned them
	 * @throws SQLException if the database refuses this row or one before
	 */
	void add(SeedData.Row row, List<@Nullable Object> values) throws SQLException;

	/**
	 * Write the rows that are not written yet.
	 * @throws SQLException if the database refuses a row
	 */
	void finish() throws SQLException;

	/**
	 * Describe the rows that the database refused last.
	 * @param ex the error
	 * @return the rows with their places
	 */
	String refusedRows(SQLException ex);

	/**
	 * Give up the rows that are not written.
	 */
	@Override
	void close() throws SQLException;

	/**
	 * Insertion of rows.
	 *
	 * @param table the quoted table
	 * @param columns the columns
	 * @param names the quoted names of the columns
	 * @param parameters converts values
	 * @param data the seed
	 */
	record Insert(String table, List<Column> columns, List<String> names, Parameters parameters, SeedData data) {

		/**
		 * Return the clause for columns whose values the database generates otherwise.
		 */
		String overriding() {
			return this.columns.stream().anyMatch(Column::isGenerated) ? this.parameters.overriding() : "";
		}

		/**
		 * Return the place of a row of the file.
		 * @param number the number of the row, from 1
		 */
		String place(long number) {
			try (var rows = this.data.stream()) {
				return "the row at " + rows.skip(number - 1).findFirst().map(SeedData.Row::place).orElse("the end");
			}
		}

	}

}
