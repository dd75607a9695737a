package io.dbinit.jdbc;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import org.jspecify.annotations.Nullable;

/**
 * H2 takes a text for a JSON string unless told otherwise.
 */
final class H2Parameters extends Parameters {

	private static final String ARRAY_SUFFIX = " ARRAY";

	private static final Map<String, ColumnKind> KINDS = Map.ofEntries(Map.entry("TINYINT", ColumnKind.INTEGER),
			Map.entry("SMALLINT", ColumnKind.INTEGER), Map.entry("INTEGER", ColumnKind.INTEGER),
			Map.entry("BIGINT", ColumnKind.INTEGER), Map.entry("NUMERIC", ColumnKind.DECIMAL),
			Map.entry("DECIMAL", ColumnKind.DECIMAL), Map.entry("DECFLOAT", ColumnKind.FLOAT),
			Map.entry("REAL", ColumnKind.FLOAT), Map.entry("DOUBLE PRECISION", ColumnKind.FLOAT),
			Map.entry("FLOAT", ColumnKind.FLOAT), Map.entry("BOOLEAN", ColumnKind.BOOLEAN),
			Map.entry("BINARY", ColumnKind.BINARY), Map.entry("BINARY VARYING", ColumnKind.BINARY),
			Map.entry("BINARY LARGE OBJECT", ColumnKind.BINARY), Map.entry("DATE", ColumnKind.DATE),
			Map.entry("TIME", ColumnKind.TIME), Map.entry("TIME WITH TIME ZONE", ColumnKind.OFFSET_TIME),
			Map.entry("TIMESTAMP", ColumnKind.DATE_TIME), Map.entry("TIMESTAMP WITH TIME ZONE", ColumnKind.INSTANT),
			Map.entry("JSON", ColumnKind.JSON));

	private static final String IDENTITY = """
			select column_name from information_schema.columns
			where table_schema = ? and table_name = ? and column_name = ? and is_identity = 'YES'""";

	/** A restart is part of the transaction, and needs no lock. */
	private static final String RESTART = """
			alter table %s alter column %s restart with (select greatest(identity_base, %s)
			from information_schema.columns where table_schema = '%s' and table_name = '%s' and column_name = '%s')""";

	@Override
	ColumnKind kind(Column column) {
		String type = column.typeName();
		if (type.contains(ARRAY_SUFFIX)) {
			return ColumnKind.ARRAY;
		}
		ColumnKind kind = KINDS.get(withoutPrecision(type));
		return (kind != null) ? kind : type.equals("UUID") ? ColumnKind.OTHER : ColumnKind.of(column.type());
	}

	@Override
	ColumnKind elementKind(Column column) {
		String type = column.typeName();
		return KINDS.getOrDefault(withoutPrecision(type.substring(0, type.indexOf(ARRAY_SUFFIX))), ColumnKind.OTHER);
	}

	private static String withoutPrecision(String type) {
		return type.replaceAll("\\s*\\([^)]*\\)", "");
	}

	/**
	 * A flag can be written into a number, and only a floating-point number can be
	 * infinite.
	 */
	@Override
	Object readScalar(ColumnKind kind, Object value) {
		if (kind == ColumnKind.INTEGER && ColumnValues.isFlag(value)) {
			return ColumnValues.read(ColumnKind.BOOLEAN, value).equals(true) ? BigInteger.ONE : BigInteger.ZERO;
		}
		Object read = super.readScalar(kind, value);
		if (kind == ColumnKind.DECIMAL && read instanceof Double) {
			throw new IllegalArgumentException("the column has no such number");
		}
		return read;
	}

	@Override
	Parameter parameter(Column column, @Nullable Object value) {
		String expression = (kind(column) == ColumnKind.JSON) ? "? format json" : "?";
		return new Parameter(expression,
				(value instanceof List<?> elements) ? array(elements, elementKind(column) == ColumnKind.JSON) : value);
	}

	/**
	 * Bytes, unlike texts, are read as JSON.
	 */
	private static Object[] array(List<?> elements, boolean json) {
		return elements.stream()
			.map((element) -> (element instanceof List<?> nested) ? array(nested, json)
					: (json && element != null) ? element.toString().getBytes(StandardCharsets.UTF_8) : element)
			.toArray();
	}

	@Override
	String differs(Column column, String quoted, Parameter parameter) {
		return quoted + " is distinct from (" + parameter.expression() + ")";
	}

	@Override
	String differs(Column column, String left, String right) {
		return left + " is distinct from " + right;
	}

	@Override
	void advance(Connection connection, Table table, Column column, BigInteger value) throws SQLException {
		BigInteger next = value.add(BigInteger.ONE);
		Catalog catalog = new Catalog(connection);
		if (Sql.value(connection, IDENTITY, table.schema(), table.name(), column.name()).isPresent()) {
			Sql.execute(connection, RESTART.formatted(catalog.quote(table), catalog.quote(column.name()), next,
					literal(table.schema()), literal(table.name()), literal(column.name())));
		}
		String expression = String.valueOf(column.defaultValue());
		if (expression.startsWith("NEXT VALUE FOR ")) {
			String sequence = expression.substring("NEXT VALUE FOR ".length());
			Sql.execute(connection,
					"""
							alter sequence %1$s restart with (select greatest(base_value, %2$s) from information_schema.sequences
							where '"' || sequence_schema || '"."' || sequence_name || '"' = '%3$s')"""
						.formatted(sequence, next, literal(sequence)));
		}
	}

	private static String literal(String name) {
		return name.replace("'", "''");
	}

}
