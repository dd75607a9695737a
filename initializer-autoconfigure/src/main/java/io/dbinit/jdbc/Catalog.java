package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

/**
 * Tables and columns under the names that they really have: names without regard to case
 * are found in every database, however it folds them.
 */
final class Catalog {

	private static final int MAX_KNOWN = 30;

	private final DatabaseMetaData metadata;

	private final @Nullable String catalog;

	private final @Nullable String schema;

	private final boolean schemas;

	private final List<String> searchPath;

	Catalog(Connection connection) throws SQLException {
		this.metadata = connection.getMetaData();
		this.catalog = connection.getCatalog();
		this.schema = connection.getSchema();
		// A database of MySQL is a catalog to its drivers
		this.schemas = this.schema != null;
		this.searchPath = this.schemas ? Dialect.of(connection).searchPath(connection) : List.of(defaultSchema());
	}

	/**
	 * Return the tables and views of a schema, by their names.
	 * @param schema the schema, or {@code null} for the default one
	 */
	Map<String, Table> tables(@Nullable String schema) throws SQLException {
		return tablesOf((schema != null) ? schema(schema) : defaultSchema());
	}

	private Map<String, Table> tablesOf(String wanted) throws SQLException {
		Map<String, Table> tables = new TreeMap<>();
		try (ResultSet rows = this.metadata.getTables(this.schemas ? this.catalog : wanted,
				this.schemas ? pattern(wanted) : null, "%", null)) {
			while (rows.next()) {
				Table table = new Table(wanted, rows.getString("TABLE_NAME"));
				if (isTable(rows.getString("TABLE_TYPE"))
						&& wanted.equals(rows.getString(this.schemas ? "TABLE_SCHEM" : "TABLE_CAT"))) {
					tables.put(table.name(), table);
				}
			}
		}
		return tables;
	}

	private String defaultSchema() {
		return String.valueOf(this.schemas ? this.schema : this.catalog);
	}

	private String schema(String name) throws SQLException {
		Map<String, String> found = new TreeMap<>();
		try (ResultSet rows = this.schemas ? this.metadata.getSchemas() : this.metadata.getCatalogs()) {
			while (rows.next()) {
				found.put(rows.getString(1), rows.getString(1));
			}
		}
		return match("schema", name, found, "in the database");
	}

	private String pattern(String name) throws SQLException {
		String escape = Matcher.quoteReplacement(this.metadata.getSearchStringEscape());
		return name.replaceAll("([_%])", escape + "$1");
	}

	private static boolean isTable(@Nullable String type) {
		String upper = String.valueOf(type).toUpperCase(Locale.ROOT);
		return (upper.contains("TABLE") || upper.contains("VIEW")) && !upper.contains("SYSTEM TABLE");
	}

	/**
	 * Return a table.
	 * @param name its name, with or without its schema
	 * @return the table
	 * @throws InitializationException if there is none, or more than one if case does not
	 * count
	 */
	Table table(String name) throws SQLException {
		int dot = name.indexOf('.');
		if (dot > 0) {
			return match("table", name.substring(dot + 1), tables(name.substring(0, dot)), "in the database");
		}
		Map<String, Table> known = new TreeMap<>();
		for (String schema : this.searchPath) {
			Map<String, Table> tables = tablesOf(schema);
			if (tables.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
				return match("table", name, tables, "in schema '" + schema + "'");
			}
			known.putAll(tables);
		}
		return match("table", name, known, "in the database");
	}

	/**
	 * Return the columns of a table.
	 */
	Map<String, Column> columns(Table table) throws SQLException {
		Map<String, Column> columns = new TreeMap<>();
		try (ResultSet rows = this.metadata.getColumns(this.schemas ? this.catalog : table.schema(),
				this.schemas ? pattern(table.schema()) : null, pattern(table.name()), "%")) {
			while (rows.next()) {
				Column column = new Column(rows.getString("COLUMN_NAME"), rows.getInt("DATA_TYPE"),
						rows.getString("TYPE_NAME"), rows.getInt("COLUMN_SIZE"), rows.getInt("DECIMAL_DIGITS"),
						"YES".equals(rows.getString("IS_AUTOINCREMENT")), rows.getString("COLUMN_DEF"));
				if (rows.getString("TABLE_NAME").equals(table.name())) {
					columns.put(column.name(), column);
				}
			}
		}
		return columns;
	}

	/**
	 * Return the only column of the primary key of a table.
	 */
	String primaryKey(Table table) throws SQLException {
		List<String> columns = new ArrayList<>();
		try (ResultSet rows = this.metadata.getPrimaryKeys(this.schemas ? this.catalog : table.schema(),
				this.schemas ? table.schema() : null, table.name())) {
			while (rows.next()) {
				columns.add(rows.getString("COLUMN_NAME"));
			}
		}
		if (columns.size() != 1) {
			throw new InitializationException(
					"The primary key of table '%s' has %d columns".formatted(table.name(), columns.size()),
					"Name the column whose value is meant with 'column'.", null);
		}
		return columns.get(0);
	}

	/**
	 * Find the entry for a name: an exact match, or else one without regard to case.
	 */
	static <T> T match(String kind, String name, Map<String, T> candidates, String where) {
		T exact = candidates.get(name);
		if (exact != null) {
			return exact;
		}
		List<Map.Entry<String, T>> found = candidates.entrySet()
			.stream()
			.filter((candidate) -> candidate.getKey().equalsIgnoreCase(name))
			.toList();
		if (found.size() == 1) {
			return found.get(0).getValue();
		}
		if (found.isEmpty()) {
			throw new InitializationException(
					"No %s '%s' %s%s".formatted(kind, name, where, suggestion(name, candidates.keySet())),
					"Correct the name, or create the %s in a migration.".formatted(kind), null);
		}
		throw new InitializationException(
				"More than one %s '%s' %s: %s".formatted(kind, name, where,
						found.stream().map(Map.Entry::getKey).toList()),
				"Write the name as it is in the database.", null);
	}

	private static String suggestion(String name, Set<String> known) {
		return (known.size() <= MAX_KNOWN) ? NearestWord.suggest(name, known)
				: NearestWord.find(name, known).map(", did you mean '%s'?"::formatted).orElse("");
	}

	/**
	 * Return the quoted form of a name.
	 */
	String quote(String name) throws SQLException {
		String quote = this.metadata.getIdentifierQuoteString();
		return quote + name.replace(quote, quote + quote) + quote;
	}

	String quote(Table table) throws SQLException {
		return quote(table.schema()) + "." + quote(table.name());
	}

	/**
	 * A table or view.
	 *
	 * @param schema its schema, on MySQL its database
	 * @param name its name
	 */
	record Table(String schema, String name) {
	}

	/**
	 * A column.
	 *
	 * @param name its name
	 * @param type its type in {@link java.sql.Types}
	 * @param typeName its type in the database
	 * @param size the number of its digits or characters
	 * @param scale the number of its digits after the point
	 * @param isGenerated whether it is an identity, serial or {@code auto_increment}
	 * column
	 * @param defaultValue the expression of its default value, or {@code null}
	 */
	record Column(String name, int type, String typeName, int size, int scale, boolean isGenerated,
			@Nullable String defaultValue) {

		/**
		 * Return this column in a table that has only its type.
		 */
		Column withoutGenerator() {
			return new Column(this.name, this.type, this.typeName, this.size, this.scale, false, null);
		}

		boolean isJson() {
			return this.typeName.toLowerCase(Locale.ROOT).startsWith("json");
		}

	}

}
