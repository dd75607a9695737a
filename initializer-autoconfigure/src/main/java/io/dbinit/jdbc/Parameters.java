package io.dbinit.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * How the values of seed data, which come from YAML, JSON or Java, are written into
 * columns.
 */
abstract class Parameters {

	private static final Set<Integer> TEXT = Set.of(Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR,
			Types.NVARCHAR, Types.LONGNVARCHAR, Types.CLOB, Types.NCLOB);

	private static final DateTimeFormatter DATE_TIME = DateTimeFormatter
		.ofPattern("yyyy-MM-dd[['T'][' ']HH:mm[:ss][[.SSSSSSSSS][.SSSSSS][.SSS]][XXX][X]]");

	/**
	 * Return the form of a parameter for a column.
	 */
	String parameter(Column column) {
		return "?";
	}

	/**
	 * Return the condition under which a column's value is not that of a parameter, null
	 * being a value like any other.
	 */
	abstract String differs(Column column, String quoted);

	/**
	 * Set a parameter.
	 */
	abstract void bind(PreparedStatement statement, int index, Column column, @Nullable Object value)
			throws SQLException;

	static boolean isText(Column column) {
		return TEXT.contains(column.type());
	}

	/**
	 * Return a value as text, objects and lists as JSON.
	 */
	static String text(Object value) {
		if (value instanceof Map || value instanceof Collection) {
			return JsonWriter.standard().writeToString(value);
		}
		return (value instanceof Date date) ? date.toInstant().toString() : value.toString();
	}

	/**
	 * Read a date and time.
	 * @return an {@link OffsetDateTime} if there is an offset, otherwise a
	 * {@link LocalDateTime}, or {@code null} if it is something else, which the database
	 * may understand
	 */
	static @Nullable Object dateTime(Object value) {
		try {
			TemporalAccessor parsed = DATE_TIME.parseBest(text(value), OffsetDateTime::from, LocalDateTime::from,
					LocalDate::from);
			return (parsed instanceof LocalDate date) ? date.atStartOfDay() : parsed;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
