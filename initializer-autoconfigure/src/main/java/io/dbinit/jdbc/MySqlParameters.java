package io.dbinit.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.Map;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB convert values, but neither read offsets of time everywhere, nor tell
 * upper from lower case when they compare.
 */
final class MySqlParameters extends Parameters {

	@Override
	String differs(Column column, String quoted) {
		if (column.isJson()) {
			return "not (" + quoted + " <=> cast(? as json))";
		}
		return isText(column) ? "not (" + quoted + " <=> convert(? using utf8mb4) collate utf8mb4_bin)"
				: "not (" + quoted + " <=> ?)";
	}

	@Override
	void bind(PreparedStatement statement, int index, Column column, @Nullable Object value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.NULL);
		}
		else if (isText(column) || column.isJson() || value instanceof Map || value instanceof Collection) {
			statement.setString(index, text(value));
		}
		else if (column.type() == Types.TIMESTAMP && dateTime(value) instanceof OffsetDateTime time) {
			statement.setObject(index, "TIMESTAMP".equalsIgnoreCase(column.typeName())
					? Timestamp.from(time.toInstant()) : time.toLocalDateTime());
		}
		else if (column.type() == Types.TIMESTAMP && dateTime(value) instanceof LocalDateTime time) {
			statement.setObject(index, time);
		}
		else {
			statement.setObject(index, (value instanceof Date) ? text(value).substring(0, 10) : value);
		}
	}

}
