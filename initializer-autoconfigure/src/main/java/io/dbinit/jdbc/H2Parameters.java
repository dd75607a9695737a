package io.dbinit.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.Map;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

/**
 * H2 takes text for JSON as a string within JSON unless told otherwise.
 */
final class H2Parameters extends Parameters {

	@Override
	String parameter(Column column) {
		return column.isJson() ? "? format json" : "?";
	}

	@Override
	String differs(Column column, String quoted) {
		return quoted + " is distinct from " + (column.isJson() ? "(? format json)" : "?");
	}

	@Override
	void bind(PreparedStatement statement, int index, Column column, @Nullable Object value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.NULL);
		}
		else if (value instanceof Collection<?> elements && column.type() == Types.ARRAY) {
			statement.setObject(index, elements.toArray());
		}
		else if (isText(column) || column.isJson() || value instanceof Map || value instanceof Collection
				|| value instanceof Date && column.type() != Types.TIMESTAMP) {
			statement.setString(index, text(value));
		}
		else if (column.type() == Types.TIMESTAMP && dateTime(value) instanceof OffsetDateTime time) {
			statement.setObject(index, time.toLocalDateTime());
		}
		else if (column.type() == Types.TIMESTAMP && dateTime(value) instanceof LocalDateTime time) {
			statement.setObject(index, time);
		}
		else {
			statement.setObject(index, value);
		}
	}

}
