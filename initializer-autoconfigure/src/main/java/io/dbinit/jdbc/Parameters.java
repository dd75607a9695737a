package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of seed data into parameters for the columns of a table.
 */
abstract class Parameters {

	/** Size from which a number has no declared size. */
	private static final int UNLIMITED = 100_000;

	/**
	 * Return the kind of a column.
	 */
	abstract ColumnKind kind(Column column);

	/**
	 * Return the kind of the elements of an array.
	 */
	ColumnKind elementKind(Column column) {
		return ColumnKind.OTHER;
	}

	/**
	 * Read a value for a column.
	 * @return the value, a list for an array, or {@code null}
	 * @throws IllegalArgumentException if the column cannot have the value
	 */
	final @Nullable Object read(Column column, @Nullable Object value) {
		ColumnKind kind = kind(column);
		if (kind == ColumnKind.DECIMAL && value != null) {
			requireScale(column, read(kind, value));
		}
		return (kind == ColumnKind.ARRAY) ? readArray(elementKind(column), value) : read(kind, value);
	}

	/**
	 * A database rounds digits after the point that a column does not have.
	 */
	private static void requireScale(Column column, @Nullable Object value) {
		boolean limited = column.size() > 0 && column.size() < UNLIMITED;
		if (limited && value instanceof BigDecimal number && number.stripTrailingZeros().scale() > column.scale()) {
			throw new IllegalArgumentException("it has more than %d decimal places".formatted(column.scale()));
		}
	}

	private @Nullable Object readArray(ColumnKind kind, @Nullable Object value) {
		List<@Nullable Object> elements = (value != null) ? ColumnValues.elements(value) : null;
		if (elements == null) {
			return read(ColumnKind.ARRAY, value);
		}
		List<@Nullable Object> read = new ArrayList<>();
		for (Object element : elements) {
			boolean nested = element != null && ColumnValues.elements(element) != null;
			read.add((nested && kind != ColumnKind.JSON) ? readArray(kind, element) : read(kind, element));
		}
		return read;
	}

	private @Nullable Object read(ColumnKind kind, @Nullable Object value) {
		return (value == null || ColumnValues.isNull(value)) ? null : readScalar(kind, value);
	}

	/**
	 * Read a value that is not null.
	 */
	Object readScalar(ColumnKind kind, Object value) {
		return ColumnValues.read(kind, value);
	}

	/**
	 * Return the parameter for a value.
	 * @param value the value, as {@link #read} returned it
	 */
	abstract Parameter parameter(Column column, @Nullable Object value);

	/**
	 * Return the condition that a column does not have the value of a parameter, where
	 * null is a value like any other.
	 */
	abstract String differs(Column column, String quoted, Parameter parameter);

	/**
	 * Return the condition that a column does not have the value of a column of the same
	 * type, where null is a value like any other.
	 * @param left the column, qualified and quoted
	 * @param right the other column
	 */
	abstract String differs(Column column, String left, String right);

	/**
	 * Bind a value that is not null.
	 */
	void bind(PreparedStatement statement, int index, Object value) throws SQLException {
		statement.setObject(index, value);
	}

	/**
	 * Check that the database has not changed values in order to store them.
	 * @throws SQLException if it has
	 */
	void requireUnchanged(PreparedStatement executed) throws SQLException {
	}

	/**
	 * Return the clause of an insert that gives values to identity columns which the
	 * database always generates otherwise.
	 */
	String overriding() {
		return " overriding system value";
	}

	/**
	 * Move the generator of a column past a value, never back, even while other sessions
	 * draw from it.
	 * @param table the table
	 * @param column the column
	 * @param value the highest value that was written
	 */
	abstract void advance(Connection connection, Table table, Column column, BigInteger value) throws SQLException;

}
