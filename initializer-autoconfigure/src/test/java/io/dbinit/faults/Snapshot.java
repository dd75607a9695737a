package io.dbinit.faults;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import com.mongodb.client.MongoDatabase;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.MongoDb.Ability;
import org.bson.Document;
import org.bson.types.ObjectId;

/**
 * What a database holds, in lines that are equal for equal databases: everything but
 * times, tokens and generated names. What the initializer remembers of its own is there
 * too, and must be: complete, unlocked, without a change in doubt.
 *
 * @param lines the lines, sorted
 */
record Snapshot(List<String> lines) {

	private static final Set<String> OWN = Set.of("db_init_lock", "db_init_database", "db_init_step", "db_init_run",
			"db_init_run_step", "db_init_change", "db_init_application", "db_init_application_step", "db_init_plan",
			"db_init_plan_step", "db_init_definition", "databasechangelog", "databasechangeloglock");

	private static final List<String> OWN_STATE = List.of(
			"select 'complete', complete, environment from db_init_database",
			"select 'locked', owner from db_init_lock where owner is not null",
			"select 'step', name, fingerprint from db_init_step",
			"select 'application', name, complete from db_init_application",
			"select 'step', application, name, fingerprint from db_init_application_step",
			"select 'in doubt', step, change_text from db_init_change",
			"select 'running', id from db_init_run where outcome = 'DONE' and duration_ms is null",
			"select 'changeset', id, author, filename, orderexecuted from DATABASECHANGELOG");

	static Snapshot of(String url) {
		try (Connection connection = DriverManager.getConnection(url)) {
			List<String> lines = new ArrayList<>();
			DatabaseMetaData metadata = connection.getMetaData();
			for (String table : tables(connection)) {
				if (!OWN.contains(table.toLowerCase(Locale.ROOT))) {
					describe(connection, metadata, table, lines);
					query(connection, "select '%1$s row', t.* from %1$s t".formatted(table), lines);
				}
			}
			for (String sql : OWN_STATE) {
				query(connection, sql, lines);
			}
			return new Snapshot(lines.stream().sorted().toList());
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Failed to look at " + url, ex);
		}
	}

	private static Set<String> tables(Connection connection) throws SQLException {
		Set<String> tables = new TreeSet<>();
		try (ResultSet rows = connection.getMetaData()
			.getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] { "TABLE", "BASE TABLE" })) {
			while (rows.next()) {
				tables.add(rows.getString("TABLE_NAME"));
			}
		}
		return tables;
	}

	private static void describe(Connection connection, DatabaseMetaData metadata, String table, List<String> lines)
			throws SQLException {
		String catalog = connection.getCatalog();
		String schema = connection.getSchema();
		add(lines, table + " column", metadata.getColumns(catalog, schema, table, "%"), "COLUMN_NAME", "TYPE_NAME",
				"COLUMN_SIZE", "DECIMAL_DIGITS", "NULLABLE", "COLUMN_DEF", "IS_AUTOINCREMENT");
		add(lines, table + " key", metadata.getPrimaryKeys(catalog, schema, table), "COLUMN_NAME", "KEY_SEQ");
		add(lines, table + " foreign key", metadata.getImportedKeys(catalog, schema, table), "FKCOLUMN_NAME",
				"PKTABLE_NAME", "PKCOLUMN_NAME", "FK_NAME", "DELETE_RULE");
		add(lines, table + " index", metadata.getIndexInfo(catalog, schema, table, false, true), "INDEX_NAME",
				"COLUMN_NAME", "ORDINAL_POSITION", "NON_UNIQUE", "ASC_OR_DESC");
	}

	private static void add(List<String> lines, String what, ResultSet results, String... columns) throws SQLException {
		try (results) {
			while (results.next()) {
				StringBuilder line = new StringBuilder(what);
				for (String column : columns) {
					line.append(' ').append(named(results.getString(column)));
				}
				lines.add(line.toString());
			}
		}
	}

	/**
	 * H2 numbers the names that it generates.
	 */
	private static String named(String value) {
		return String.valueOf(value).replaceAll("^(PRIMARY_KEY|CONSTRAINT_INDEX|SYSTEM_SEQUENCE)_.*", "$1");
	}

	private static void query(Connection connection, String sql, List<String> lines) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet results = statement.executeQuery(sql)) {
			ResultSetMetaData metadata = results.getMetaData();
			while (results.next()) {
				StringBuilder line = new StringBuilder();
				for (int column = 1; column <= metadata.getColumnCount(); column++) {
					line.append(results.getString(column)).append(' ');
				}
				lines.add(line.toString());
			}
		}
	}

	static Snapshot of(MongoDatabase database) {
		List<String> lines = new ArrayList<>();
		for (String name : database.listCollectionNames()) {
			if (!name.startsWith("system.")) {
				describe(database, name, lines);
			}
		}
		for (Document options : database.listCollections()) {
			String name = options.getString("name");
			lines.add(name + " options " + options.get("options", new Document()).toJson());
		}
		return new Snapshot(lines.stream().sorted().toList());
	}

	private static void describe(MongoDatabase database, String name, List<String> lines) {
		// Otherwise Mongock's record of a unit may arrive from a process that was frozen
		boolean refusesLateRecords = MongoDb.can(Ability.TRANSACTIONS);
		for (Document index : database.getCollection(name).listIndexes()) {
			index.remove("v");
			index.remove("ns");
			lines.add(name + " index " + index.toJson());
		}
		for (Document document : database.getCollection(name).find()) {
			if (name.equals("_system_init")) {
				own(document).ifKept(lines::add);
			}
			else if (name.equals("mongockLock")) {
				lines.add("mongock is locked by " + document.get("owner"));
			}
			else if (name.equals("mongockChangeLog")) {
				changeUnit(document).ifKept((line) -> {
					if (refusesLateRecords || !lines.contains(line)) {
						lines.add(line);
					}
				});
			}
			else {
				lines.add(name + " document " + withoutGeneratedId(document).toJson());
			}
		}
	}

	/**
	 * What became of attempts that failed is history: that a unit was executed must not
	 * be missing, and must stand there once.
	 */
	private static Own changeUnit(Document entry) {
		boolean executed = "EXECUTED".equals(entry.getString("state"));
		return new Own(executed ? "change unit " + entry.getString("changeId") + " " + entry.getString("author") + " "
				+ entry.getString("type") : null);
	}

	private static Document withoutGeneratedId(Document document) {
		if (document.get("_id") instanceof ObjectId) {
			document.remove("_id");
		}
		return document;
	}

	private static Own own(Document document) {
		String type = document.getString("type");
		if ("database_init".equals(type)) {
			return new Own("complete " + document.getBoolean("complete") + " " + document.getString("environment")
					+ " in doubt " + document.getList("changes", Document.class, List.of()) + " "
					+ document.getList("steps", Document.class, List.of())
						.stream()
						.map(Document::toJson)
						.sorted()
						.toList());
		}
		boolean locked = "lock".equals(document.get("_id")) && !document.getBoolean("released", false);
		return new Own(locked ? "locked " + document.get("owner") : null);
	}

	private record Own(String line) {

		void ifKept(java.util.function.Consumer<String> lines) {
			if (this.line != null) {
				lines.accept(this.line);
			}
		}

	}

	/**
	 * Return the lines that another database has and this one does not.
	 */
	List<String> missing(Snapshot wanted) {
		List<String> missing = new ArrayList<>(wanted.lines);
		this.lines.forEach(missing::remove);
		return missing;
	}

	List<String> lines(Predicate<String> condition) {
		return this.lines.stream().filter(condition).toList();
	}

}
