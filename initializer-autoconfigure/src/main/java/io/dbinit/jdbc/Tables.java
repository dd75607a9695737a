package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.dbinit.LayoutVersion;
import io.dbinit.Release;
import org.jspecify.annotations.Nullable;

/**
 * The tables in which a database keeps its lease and its journal, and their versions:
 * <ol>
 * <li>the tables as they were before they had a version;</li>
 * <li>{@code db_init_database} has the columns {@code version} and
 * {@code required_version};</li>
 * <li>applications have separate records: the tables {@code db_init_application} and
 * {@code db_init_application_step}, and the column {@code application} of
 * {@code db_init_change};</li>
 * <li>{@code db_init_database} and {@code db_init_application} have the release that
 * worked last: {@code release_version}, {@code release_time} and
 * {@code release_since};</li>
 * <li>applications have a history of their plans, {@code db_init_plan} and
 * {@code db_init_plan_step}, and the things that they declare,
 * {@code db_init_definition}.</li>
 * </ol>
 */
final class Tables {

	/** The version that this release creates, and to which it upgrades. */
	static final int VERSION = 5;

	private static final int ATTEMPTS = 20;

	private static final String LOCK = """
			create table if not exists db_init_lock (
				id integer not null primary key,
				owner varchar(255),
				token bigint not null,
				acquired_at %1$s,
				expires_at %1$s,
				doing varchar(1000),
				session varchar(100)
			)""";

	private static final String DATABASE = """
			create table if not exists db_init_database (
				id integer not null primary key,
				created_at %1$s,
				environment varchar(255),
				complete boolean not null,
				token bigint not null,
				revision bigint not null,
				version integer,
				required_version integer,
				release_version varchar(255),
				release_time %1$s,
				release_since %1$s
			)""";

	private static final String STEP = """
			create table if not exists db_init_step (
				name varchar(190) not null primary key,
				fingerprint %2$s,
				recorded_at %1$s,
				current_version varchar(500),
				latest_version varchar(500),
				pending integer
			)""";

	private static final String RUN = """
			create table if not exists db_init_run (
				id varchar(36) not null primary key,
				token bigint not null,
				host varchar(255),
				application varchar(255),
				started_at %1$s,
				duration_ms bigint,
				outcome varchar(20),
				error %2$s
			)""";

	private static final String RUN_STEP = """
			create table if not exists db_init_run_step (
				run_id varchar(36) not null,
				position integer not null,
				name varchar(190) not null,
				phase varchar(20),
				outcome varchar(20),
				started_at %1$s,
				duration_ms bigint,
				changes %2$s,
				error %2$s,
				primary key (run_id, position)
			)""";

	private static final String CHANGE = """
			create table if not exists db_init_change (
				token bigint not null,
				position integer not null,
				step varchar(190) not null,
				change_text %2$s not null,
				intended_at %1$s,
				application varchar(190),
				primary key (token, position)
			)""";

	private static final String APPLICATION = """
			create table if not exists db_init_application (
				name varchar(190) not null primary key,
				complete boolean not null,
				completed_at %1$s,
				release_version varchar(255),
				release_time %1$s,
				release_since %1$s
			)""";

	private static final String APPLICATION_STEP = """
			create table if not exists db_init_application_step (
				application varchar(190) not null,
				name varchar(190) not null,
				fingerprint %2$s,
				recorded_at %1$s,
				current_version varchar(500),
				latest_version varchar(500),
				pending integer,
				primary key (application, name)
			)""";

	private static final String PLAN = """
			create table if not exists db_init_plan (
				application varchar(190) not null,
				position integer not null,
				seen_at %1$s,
				release_version varchar(255),
				release_time %1$s,
				reverted boolean not null,
				primary key (application, position)
			)""";

	private static final String PLAN_STEP = """
			create table if not exists db_init_plan_step (
				application varchar(190) not null,
				position integer not null,
				name varchar(190) not null,
				fingerprint %2$s,
				primary key (application, position, name)
			)""";

	private static final String DEFINITION = """
			create table if not exists db_init_definition (
				application varchar(190) not null,
				id varchar(64) not null,
				name %2$s,
				fingerprint varchar(64),
				place %2$s,
				primary key (application, id)
			)""";

	private static final List<String> SINCE_VERSION_3 = List.of(APPLICATION, APPLICATION_STEP, PLAN, PLAN_STEP,
			DEFINITION);

	private static final List<String> ALL = List.of(DATABASE, STEP, RUN, RUN_STEP, CHANGE, APPLICATION,
			APPLICATION_STEP, PLAN, PLAN_STEP, DEFINITION, LOCK);

	private static final List<String> ROWS = List.of("""
			insert into db_init_database (id, complete, token, revision)
			select 1, false, 0, 0 from (select count(*) as present from db_init_database) t where t.present = 0""", """
			insert into db_init_lock (id, token)
			select 1, 0 from (select count(*) as present from db_init_lock) t where t.present = 0""");

	/** Read by every start. */
	private static final List<String> READ = List.of("db_init_database", "db_init_step", "db_init_run",
			"db_init_run_step", "db_init_application", "db_init_application_step", "db_init_plan", "db_init_plan_step",
			"db_init_lock");

	private static final List<String> NAMES = List.of("db_init_database", "db_init_step", "db_init_run",
			"db_init_run_step", "db_init_change", "db_init_application", "db_init_application_step", "db_init_plan",
			"db_init_plan_step", "db_init_definition", "db_init_lock");

	private Tables() {
	}

	/**
	 * Return the names of all tables of the starter.
	 */
	static List<String> names() {
		return NAMES;
	}

	/**
	 * Create the missing tables; the lock comes last, so that its row tells that all are
	 * there. Others may do the same: "if not exists" does not keep two sessions from
	 * creating a table at once, of which all but one are refused. Where an administrator
	 * has created the tables, the right to do so is not needed.
	 * @param connection a connection that commits each statement
	 * @param dialect its dialect
	 * @throws SQLException if the tables could not be created
	 */
	static void create(Connection connection, Dialect dialect) throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				execute(connection, ROWS);
				return;
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || !SqlErrors.isMissingTable(ex) && !SqlErrors.isRaceOfCreation(ex)) {
					throw ex;
				}
			}
			try {
				execute(connection, ddl(ALL, dialect));
			}
			catch (SQLException ex) {
				if (attempt == ATTEMPTS || !SqlErrors.isRaceOfCreation(ex)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Read the version of the tables.
	 * @param row a row with all columns of {@code db_init_database}
	 * @return the version
	 * @throws SQLException if the connection is broken
	 */
	static LayoutVersion layout(ResultSet row) throws SQLException {
		return layout(row, columns(row));
	}

	static LayoutVersion layout(ResultSet row, Set<String> columns) throws SQLException {
		return columns.contains("version")
				? new LayoutVersion(atLeastFirst(row.getInt("version")), atLeastFirst(row.getInt("required_version")))
				: LayoutVersion.FIRST;
	}

	private static int atLeastFirst(int version) {
		return Math.max(LayoutVersion.FIRST.number(), version);
	}

	static Set<String> columns(ResultSet row) throws SQLException {
		Set<String> columns = new HashSet<>();
		ResultSetMetaData metadata = row.getMetaData();
		for (int i = 1; i <= metadata.getColumnCount(); i++) {
			columns.add(metadata.getColumnLabel(i).toLowerCase(Locale.ROOT));
		}
		return columns;
	}

	/**
	 * Upgrade tables of an older version. To be called by the holder of the lock; a
	 * former holder does no harm, as an upgrade can be repeated. Tables of a newer
	 * version remain as they are.
	 * @param connection a connection that commits each statement
	 * @param dialect its dialect
	 * @throws SQLException if the tables could not be upgraded
	 */
	static void upgrade(Connection connection, Dialect dialect) throws SQLException {
		Optional<LayoutVersion> layout = Sql
			.query(connection, "select * from db_init_database where id = 1", Tables::layout)
			.stream()
			.findFirst();
		if (layout.isPresent() && layout.get().number() < VERSION) {
			addMissing(connection, "db_init_database", "version", "integer");
			addMissing(connection, "db_init_database", "required_version", "integer");
			addMissing(connection, "db_init_change", "application", "varchar(190)");
			execute(connection, ddl(SINCE_VERSION_3, dialect));
			for (String table : List.of("db_init_database", "db_init_application")) {
				addMissing(connection, table, "release_version", "varchar(255)");
				addMissing(connection, table, "release_time", dialect.timestampType());
				addMissing(connection, table, "release_since", dialect.timestampType());
			}
			Sql.update(connection, "update db_init_database set version = ? where id = 1", VERSION);
		}
	}

	/**
	 * Return the statements by which a user of the application can read the tables. It
	 * needs no other right for a start with nothing to do.
	 * @param dialect the dialect
	 * @param user the user, in the form of {@code current_user}
	 * @return the statements
	 */
	static List<String> grantsOfSelect(Dialect dialect, String user) {
		return dialect.grants("select", READ, user);
	}

	static List<String> grantsOfWrite(Dialect dialect, String user) {
		return dialect.grants("select, insert, update, delete", NAMES, user);
	}

	static boolean exist(Connection connection) throws SQLException {
		try {
			Sql.query(connection, "select 1 from db_init_lock where 1 = 0", (row) -> true);
			return true;
		}
		catch (SQLException ex) {
			return SqlErrors.isDenied(ex);
		}
	}

	/**
	 * Return whether applications have records of their own.
	 */
	static boolean haveApplications(Connection connection) throws SQLException {
		return version(connection) >= 3;
	}

	/**
	 * Return the version of the tables that are there.
	 */
	static int version(Connection connection) throws SQLException {
		return Sql.query(connection, "select * from db_init_database where id = 1", (row) -> layout(row).number())
			.stream()
			.findFirst()
			.orElse(LayoutVersion.FIRST.number());
	}

	/**
	 * Read the release that worked last.
	 * @param row a row with all columns of {@code db_init_database} or
	 * {@code db_init_application}, of any version
	 */
	static Release release(ResultSet row) throws SQLException {
		return release(row, columns(row));
	}

	static Release release(ResultSet row, Set<String> columns) throws SQLException {
		return columns.contains("release_version")
				? new Release(row.getString("release_version"), Sql.instant(row, "release_time")) : Release.UNKNOWN;
	}

	static @Nullable Instant releaseSince(ResultSet row, Set<String> columns) throws SQLException {
		return columns.contains("release_since") ? Sql.instant(row, "release_since") : null;
	}

	private static void addMissing(Connection connection, String table, String column, String type)
			throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
			if (columns(none).contains(column)) {
				return;
			}
		}
		Sql.execute(connection, "alter table " + table + " add column " + column + " " + type);
	}

	private static List<String> ddl(List<String> tables, Dialect dialect) {
		return tables.stream()
			.map((table) -> table.formatted(dialect.timestampType(), dialect.textType()) + dialect.tableOptions())
			.toList();
	}

	private static void execute(Connection connection, List<String> statements) throws SQLException {
		for (String statement : statements) {
			Sql.execute(connection, statement);
		}
	}

}
