package io.dbinit.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.dbinit.jdbc.Catalog.Column;
import io.dbinit.jdbc.Catalog.Table;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL reads every type, arrays included, from a text whose type is left open.
 * Types of any schema work without their names.
 */
final class PostgreSqlParameters extends Parameters {

	private static final String COLUMNS = """
			with recursive base as (
				select a.attname, a.atttypid as type from pg_catalog.pg_attribute a
				join pg_catalog.pg_class c on c.oid = a.attrelid
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where n.nspname = ? and c.relname = ? and a.attnum > 0 and not a.attisdropped
				union all
				select b.attname, t.typbasetype from base b
				join pg_catalog.pg_type t on t.oid = b.type where t.typtype = 'd')
			select b.attname, t.typname, (select e.typname from pg_catalog.pg_type e
				where e.oid = t.typelem and t.typcategory = 'A') as element
			from base b join pg_catalog.pg_type t on t.oid = b.type where t.typtype <> 'd'""";

	/** Of identity columns, serial columns and defaults. */
	private static final String SEQUENCES = """
			select s.oid::pg_catalog.regclass::text as name, q.seqincrement as increment,
				coalesce(pg_catalog.pg_sequence_last_value(s.oid), q.seqstart - q.seqincrement) as last
			from pg_catalog.pg_attribute a
			join pg_catalog.pg_class c on c.oid = a.attrelid
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
			join pg_catalog.pg_depend d on
				d.classid = 'pg_class'::pg_catalog.regclass and d.refobjid = c.oid and d.refobjsubid = a.attnum
				or d.classid = 'pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
			join pg_catalog.pg_class s on s.relkind = 'S'
				and s.oid = case when d.classid = 'pg_class'::pg_catalog.regclass then d.objid else d.refobjid end
			join pg_catalog.pg_sequence q on q.seqrelid = s.oid
			where n.nspname = ? and c.relname = ? and a.attname = ? and q.seqincrement > 0
				and pg_catalog.has_sequence_privilege(s.oid, 'USAGE')
			group by s.oid, q.seqincrement, q.seqstart""";

	private static final BigInteger MAX_DRAWN = BigInteger.valueOf(100_000);

	private static final Map<String, ColumnKind> KINDS = Map.ofEntries(Map.entry("int2", ColumnKind.INTEGER),
			Map.entry("int4", ColumnKind.INTEGER), Map.entry("int8", ColumnKind.INTEGER),
			Map.entry("oid", ColumnKind.INTEGER), Map.entry("numeric", ColumnKind.DECIMAL),
			Map.entry("float4", ColumnKind.FLOAT), Map.entry("float8", ColumnKind.FLOAT),
			Map.entry("bool", ColumnKind.BOOLEAN), Map.entry("bytea", ColumnKind.BINARY),
			Map.entry("date", ColumnKind.DATE), Map.entry("time", ColumnKind.TIME),
			Map.entry("timetz", ColumnKind.OFFSET_TIME), Map.entry("timestamp", ColumnKind.DATE_TIME),
			Map.entry("timestamptz", ColumnKind.INSTANT), Map.entry("json", ColumnKind.JSON),
			Map.entry("jsonb", ColumnKind.JSON));

	private final Map<String, Type> types;

	private PostgreSqlParameters(Map<String, Type> types) {
		this.types = types;
	}

	static PostgreSqlParameters of(Connection connection, Table table) throws SQLException {
		Map<String, Type> types = new HashMap<>();
		Sql.query(connection, COLUMNS, (row) -> types.put(row.getString("attname"),
				new Type(row.getString("typname"), row.getString("element"))), table.schema(), table.name());
		return new PostgreSqlParameters(types);
	}

	private Type type(Column column) {
		return this.types.getOrDefault(column.name(), new Type(column.typeName(), null));
	}

	@Override
	ColumnKind kind(Column column) {
		Type type = type(column);
		return (type.element() != null) ? ColumnKind.ARRAY : KINDS.getOrDefault(type.name(), ColumnKind.OTHER);
	}

	@Override
	ColumnKind elementKind(Column column) {
		return KINDS.getOrDefault(String.valueOf(type(column).element()), ColumnKind.OTHER);
	}

	@Override
	Parameter parameter(Column column, @Nullable Object value) {
		return new Parameter("?", (value != null) ? text(value) : null);
	}

	private static String text(Object value) {
		if (value instanceof List<?> elements) {
			return elements.stream().map(PostgreSqlParameters::element).collect(Collectors.joining(",", "{", "}"));
		}
		if (value instanceof byte[] bytes) {
			return "\\x" + HexFormat.of().formatHex(bytes);
		}
		if (value instanceof BigDecimal number) {
			return number.toPlainString();
		}
		return (value instanceof OffsetDateTime time) ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time)
				: value.toString();
	}

	private static String element(@Nullable Object value) {
		if (value == null) {
			return "NULL";
		}
		String text = text(value);
		return (value instanceof List) ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

	@Override
	String differs(Column column, String quoted, Parameter parameter) {
		Type type = type(column);
		return switch (type.name()) {
			// Types without equality, or whose equality is another one
			case "json" -> quoted + "::jsonb is distinct from ?::jsonb";
			case "_json" -> quoted + "::jsonb[] is distinct from ?::jsonb[]";
			case "xml", "point", "lseg", "line", "box", "path", "polygon", "circle" ->
				"%s::text is distinct from (?::%s)::text".formatted(quoted, type.name());
			default -> quoted + " is distinct from ?";
		};
	}

	@Override
	String differs(Column column, String left, String right) {
		return switch (type(column).name()) {
			case "json" -> "%s::jsonb is distinct from %s::jsonb".formatted(left, right);
			case "_json" -> "%s::jsonb[] is distinct from %s::jsonb[]".formatted(left, right);
			case "xml", "point", "lseg", "line", "box", "path", "polygon", "circle" ->
				"%s::text is distinct from %s::text".formatted(left, right);
			default -> left + " is distinct from " + right;
		};
	}

	@Override
	void bind(PreparedStatement statement, int index, Object value) throws SQLException {
		statement.setObject(index, value, Types.OTHER);
	}

	/**
	 * Draws from the sequence until it is past the value, which takes no lock and cannot
	 * move it back. A long way is jumped, under the lock of the sequence.
	 */
	@Override
	void advance(Connection connection, Table table, Column column, BigInteger value) throws SQLException {
		for (Sequence sequence : Sql.query(connection, SEQUENCES, Sequence::of, table.schema(), table.name(),
				column.name())) {
			BigInteger missing = value.subtract(sequence.last()).divide(sequence.increment());
			if (missing.compareTo(MAX_DRAWN) > 0) {
				jump(connection, sequence, value);
			}
			else if (missing.signum() > 0) {
				Sql.query(connection, "select max(nextval(?::regclass)) from generate_series(1, ?)", (row) -> true,
						sequence.name(), missing.longValueExact());
			}
		}
	}

	private static void jump(Connection connection, Sequence sequence, BigInteger value) throws SQLException {
		// Changes nothing, but locks the sequence until the transaction ends
		Sql.execute(connection, "alter sequence %s increment by %s".formatted(sequence.name(), sequence.increment()));
		Sql.query(connection, "select setval(?::regclass, greatest(last_value, ?)) from " + sequence.name(),
				(row) -> true, sequence.name(), value.longValueExact());
	}

	/**
	 * Sequence that gives a column its values.
	 *
	 * @param name its quoted name
	 * @param last the last value that was drawn, or the one before the first
	 * @param increment the distance of its values
	 */
	private record Sequence(String name, BigInteger last, BigInteger increment) {

		static Sequence of(ResultSet row) throws SQLException {
			return new Sequence(row.getString("name"), row.getBigDecimal("last").toBigInteger(),
					row.getBigDecimal("increment").toBigInteger());
		}

	}

	/**
	 * Type of a column, that of its values where it is a domain.
	 *
	 * @param name the name in the catalog
	 * @param element the name of the type of its elements, if it is an array
	 */
	private record Type(String name, @Nullable String element) {
	}

}
