package io.dbinit.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Set;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB read dates and times from texts, but not offsets on every version,
 * and ignore case when they compare texts.
 */
final class MySqlParameters extends Parameters {

	private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
		.appendPattern("uuuu-MM-dd HH:mm:ss")
		.appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
		.toFormatter(Locale.ROOT);

	private static final int MICROSECONDS = 6;

	/**
	 * No default, out of range, truncated, incorrect date, too long, incorrect value.
	 */
	private static final Set<Integer> CHANGES = Set.of(1048, 1264, 1265, 1292, 1364, 1366, 1406);

	@Override
	ColumnKind kind(Column column) {
		if (column.isJson()) {
			return ColumnKind.JSON;
		}
		return "TIMESTAMP".equalsIgnoreCase(column.typeName()) ? ColumnKind.INSTANT : ColumnKind.of(column.type());
	}

	/**
	 * Flags are numbers, and some numbers are flags. Neither infinity nor NaN exists, and
	 * the drivers write them as names of columns. A time without an offset is in the time
	 * zone of the session, like a literal.
	 */
	@Override
	Object readScalar(ColumnKind kind, Object value) {
		if (kind == ColumnKind.BOOLEAN || kind == ColumnKind.INTEGER && ColumnValues.isFlag(value)) {
			return flag(value);
		}
		Object read = super.readScalar(kind, value);
		if (read instanceof Double) {
			throw new IllegalArgumentException("the database has no such number");
		}
		return (kind == ColumnKind.INSTANT && !ColumnValues.hasOffset(value))
				? super.readScalar(ColumnKind.DATE_TIME, value) : read;
	}

	private static Object flag(Object value) {
		try {
			return ColumnValues.read(ColumnKind.INTEGER, value);
		}
		catch (IllegalArgumentException ex) {
			return ColumnValues.read(ColumnKind.BOOLEAN, value).equals(true) ? BigInteger.ONE : BigInteger.ZERO;
		}
	}

	@Override
	Parameter parameter(Column column, @Nullable Object value) {
		if (value instanceof OffsetDateTime time) {
			// The drivers would convert it to the time zone of the process
			BigDecimal seconds = BigDecimal.valueOf(time.toEpochSecond())
				.add(BigDecimal.valueOf(time.getNano(), 9))
				.setScale(MICROSECONDS, RoundingMode.DOWN);
			return new Parameter("from_unixtime(?)", seconds);
		}
		if (value instanceof LocalDateTime time) {
			return new Parameter("?", DATE_TIME.format(time));
		}
		return new Parameter("?",
				(value == null || value instanceof Number || value instanceof byte[]) ? value : value.toString());
	}

	@Override
	String differs(Column column, String quoted, Parameter parameter) {
		return switch (kind(column)) {
			case JSON -> "not (" + quoted + " <=> cast(? as json))";
			case TEXT -> "not (" + quoted + " <=> convert(? using utf8mb4) collate utf8mb4_bin)";
			// The literal is exact, the value of the column is not
			case FLOAT -> (column.type() == Types.REAL) ? "not (" + quoted + " <=> cast(? as float))"
					: "not (" + quoted + " <=> ?)";
			default -> "not (" + quoted + " <=> " + parameter.expression() + ")";
		};
	}

	@Override
	String differs(Column column, String left, String right) {
		return (kind(column) == ColumnKind.TEXT)
				? "not (cast(%s as binary) <=> cast(%s as binary))".formatted(left, right)
				: "not (%s <=> %s)".formatted(left, right);
	}

	/**
	 * Without strict mode values are cut off with a warning, and in strict mode digits.
	 */
	@Override
	void requireUnchanged(PreparedStatement executed) throws SQLException {
		SQLWarning warning = executed.getWarnings();
		if (warning != null && CHANGES.contains(warning.getErrorCode())) {
			throw new SQLException(warning.getMessage(), "22000", warning.getErrorCode());
		}
	}

	@Override
	String overriding() {
		return "";
	}

	/**
	 * Does nothing for {@code auto_increment}, which moves by itself. A sequence of
	 * MariaDB never moves back.
	 */
	@Override
	void advance(Connection connection, Table table, Column column, BigInteger value) throws SQLException {
		String expression = String.valueOf(column.defaultValue());
		if (expression.toLowerCase(Locale.ROOT).matches("nextval\\(`.+`\\)")) {
			String sequence = expression.substring(expression.indexOf('(') + 1, expression.length() - 1);
			Sql.query(connection, "select setval(" + sequence + ", ?)", (row) -> true, value);
		}
	}

}
