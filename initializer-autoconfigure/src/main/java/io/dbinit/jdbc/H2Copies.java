package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dbinit.jdbc.Catalog.Table;

/**
 * The copies of tables that H2 leaves when it is killed while it alters a table: it
 * creates a copy, fills it, drops the table and gives its name to the copy, and commits
 * in between (see {@code org.h2.command.ddl.AlterTableAlterColumn}). Where the table is
 * gone, its copy takes its place; where it is still there, a certain copy is dropped.
 */
final class H2Copies {

	/** The table, the session that alters it, and a number. */
	private static final Pattern COPY = Pattern.compile("(.+)_COPY_(\\d+)_\\d+");

	private final Connection connection;

	private final Catalog catalog;

	H2Copies(Connection connection) throws SQLException {
		this.connection = connection;
		this.catalog = new Catalog(connection);
	}

	/**
	 * Finish or undo an interrupted change.
	 * @return the actions taken, or to be taken by hand, for the log
	 */
	List<String> finish() throws SQLException {
		Set<Table> tables = new LinkedHashSet<>(Sql.query(this.connection, """
				select TABLE_SCHEMA, TABLE_NAME from INFORMATION_SCHEMA.TABLES
				where TABLE_TYPE = 'BASE TABLE' order by TABLE_SCHEMA, TABLE_NAME""",
				(row) -> new Table(row.getString(1), row.getString(2))));
		List<String> done = new ArrayList<>();
		for (Table copy : tables) {
			Matcher name = COPY.matcher(copy.name());
			if (name.matches() && !isAtWork(name.group(2))) {
				Table table = new Table(copy.schema(), name.group(1));
				if (tables.contains(table)) {
					done.add(drop(copy, table));
				}
				else if (tables.stream().filter((other) -> isCopyOf(other, table)).count() == 1) {
					done.add(rename(copy, table));
				}
				else {
					done.add("table '%s' is gone, and '%s' is one of several copies: rename the one that is complete"
						.formatted(table.name(), copy.name()));
				}
			}
		}
		return done;
	}

	private boolean isAtWork(String session) throws SQLException {
		return Sql
			.value(this.connection, """
					select SESSION_ID from INFORMATION_SCHEMA.SESSIONS
					where SESSION_ID = ? and SESSION_ID <> session_id() and EXECUTING_STATEMENT is not null""",
					Long.valueOf(session))
			.isPresent();
	}

	/**
	 * Handles the parts of the copy first, so that the copy is still recognized if the
	 * process dies in between.
	 */
	private String rename(Table copy, Table table) throws SQLException {
		String prefix = copy.name() + "_";
		for (Child child : children(copy.schema(), prefix)) {
			Sql.execute(this.connection,
					child.rename.formatted(this.catalog.quote(child.table), this.catalog.quote(copy.schema()),
							this.catalog.quote(child.name), this.catalog.quote(child.name.substring(prefix.length()))));
		}
		Sql.execute(this.connection,
				"alter table %s rename to %s".formatted(this.catalog.quote(copy), this.catalog.quote(table.name())));
		for (String view : Sql.query(this.connection,
				"select TABLE_NAME from INFORMATION_SCHEMA.VIEWS where TABLE_SCHEMA = ? and STATUS = 'INVALID'",
				(row) -> row.getString(1), copy.schema())) {
			Sql.execute(this.connection,
					"alter view %s recompile".formatted(this.catalog.quote(new Table(copy.schema(), view))));
		}
		return "table '%s' was gone, as H2 was altering it: its copy '%s' has taken its place".formatted(table.name(),
				copy.name());
	}

	private List<Child> children(String schema, String prefix) throws SQLException {
		List<Child> children = new ArrayList<>(Sql.query(this.connection, """
				select TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME from INFORMATION_SCHEMA.TABLE_CONSTRAINTS
				where CONSTRAINT_SCHEMA = ? and left(CONSTRAINT_NAME, ?) = ?""",
				(row) -> new Child("alter table %1$s rename constraint %2$s.%3$s to %4$s",
						new Table(row.getString(1), row.getString(2)), row.getString(3)),
				schema, prefix.length(), prefix));
		children.addAll(Sql.query(this.connection, """
				select TABLE_SCHEMA, TABLE_NAME, INDEX_NAME from INFORMATION_SCHEMA.INDEXES
				where INDEX_SCHEMA = ? and left(INDEX_NAME, ?) = ? and not IS_GENERATED""",
				(row) -> new Child("alter index %2$s.%3$s rename to %4$s",
						new Table(row.getString(1), row.getString(2)), row.getString(3)),
				schema, prefix.length(), prefix));
		return children;
	}

	/**
	 * A table of the application's that only looks like a copy is kept: one has no rows
	 * but those of the table, and H2 names its parts after it.
	 */
	private String drop(Table copy, Table table) throws SQLException {
		if (!isEmpty(copy) && (children(copy.schema(), copy.name() + "_").isEmpty() || hasOtherRows(copy, table))) {
			return "table '%s' looks like a copy that H2 made to alter '%s', but may be another one: see whether it is needed"
				.formatted(copy.name(), table.name());
		}
		Sql.execute(this.connection, "drop table %s cascade".formatted(this.catalog.quote(copy)));
		return "table '%s', a copy that H2 had begun in order to alter '%s', was dropped".formatted(copy.name(),
				table.name());
	}

	private boolean isEmpty(Table copy) throws SQLException {
		return Sql
			.value(this.connection, "select 1 where exists (select * from %s)".formatted(this.catalog.quote(copy)))
			.isEmpty();
	}

	private boolean hasOtherRows(Table copy, Table table) throws SQLException {
		String columns = String.join(", ", Sql.query(this.connection, """
				select c.COLUMN_NAME from INFORMATION_SCHEMA.COLUMNS c join INFORMATION_SCHEMA.COLUMNS t
				on t.TABLE_SCHEMA = c.TABLE_SCHEMA and t.COLUMN_NAME = c.COLUMN_NAME and t.DATA_TYPE = c.DATA_TYPE
				where c.TABLE_SCHEMA = ? and c.TABLE_NAME = ? and t.TABLE_NAME = ?""",
				(row) -> this.catalog.quote(row.getString(1)), copy.schema(), copy.name(), table.name()));
		return columns.isEmpty() || Sql
			.value(this.connection,
					"select 1 where exists (select %1$s from %2$s except select %1$s from %3$s)".formatted(columns,
							this.catalog.quote(copy), this.catalog.quote(table)))
			.isPresent();
	}

	private static boolean isCopyOf(Table candidate, Table table) {
		Matcher copy = COPY.matcher(candidate.name());
		return candidate.schema().equals(table.schema()) && copy.matches() && copy.group(1).equals(table.name());
	}

	/**
	 * A constraint or index that carries the name of a copy.
	 *
	 * @param rename the statement that renames it, for its table, its schema, its name
	 * and the new one
	 * @param table the table to which it belongs
	 * @param name its name
	 */
	private record Child(String rename, Table table, String name) {
	}

}
