package io.dbinit.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL reads every type from text if the parameter does not claim to have another
 * one.
 */
final class PostgreSqlParameters extends Parameters {

	@Override
	String differs(Column column, String quoted) {
		return switch (column.typeName()) {
			// Has no equality
			case "json" -> quoted + "::jsonb is distinct from ?::jsonb";
			case "xml" -> quoted + "::text is distinct from ?::text";
			default -> quoted + " is distinct from ?";
		};
	}

	@Override
	void bind(PreparedStatement statement, int index, Column column, @Nullable Object value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.NULL);
		}
		else if (value instanceof Collection<?> elements && column.type() == Types.ARRAY) {
			// The type of an array is named after that of its elements
			statement.setArray(index,
					statement.getConnection().createArrayOf(column.typeName().substring(1), elements.toArray()));
		}
		else {
			statement.setObject(index, text(value), Types.OTHER);
		}
	}

}
