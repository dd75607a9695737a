package io.dbinit.liquibase;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import liquibase.change.Change;
import liquibase.change.ChangeStatus;
import liquibase.change.core.AddAutoIncrementChange;
import liquibase.change.core.AddColumnChange;
import liquibase.change.core.AddDefaultValueChange;
import liquibase.change.core.AddForeignKeyConstraintChange;
import liquibase.change.core.AddPrimaryKeyChange;
import liquibase.change.core.AddUniqueConstraintChange;
import liquibase.change.core.CreateIndexChange;
import liquibase.change.core.CreateTableChange;
import liquibase.change.core.CreateViewChange;
import liquibase.change.core.DropColumnChange;
import liquibase.change.core.DropDefaultValueChange;
import liquibase.change.core.DropIndexChange;
import liquibase.change.core.DropNotNullConstraintChange;
import liquibase.change.core.DropPrimaryKeyChange;
import liquibase.change.core.DropTableChange;
import liquibase.change.core.DropUniqueConstraintChange;
import liquibase.change.core.DropViewChange;
import liquibase.change.core.RenameColumnChange;
import liquibase.change.core.RenameTableChange;
import liquibase.change.core.RenameViewChange;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.snapshot.SnapshotGeneratorFactory;
import liquibase.structure.DatabaseObject;
import liquibase.structure.core.Table;
import liquibase.structure.core.View;

/**
 * Checks whether a change is applied to a database. {@link Change#checkStatus} is used
 * for the changes for which tests have shown it to be reliable. It misses tables, views
 * and indexes with lower case names on H2, and is wrong about primary keys on MySQL and
 * MariaDB.
 */
final class AppliedChangeCheck {

	/** Changes that can be applied again without an error. */
	private static final Set<Class<? extends Change>> REPEATABLE = Set.of(AddDefaultValueChange.class,
			DropDefaultValueChange.class, DropNotNullConstraintChange.class);

	private static final Set<Class<? extends Change>> RELIABLE = Set.of(CreateTableChange.class, AddColumnChange.class,
			CreateIndexChange.class, AddForeignKeyConstraintChange.class, CreateViewChange.class,
			RenameViewChange.class, DropViewChange.class, DropIndexChange.class, RenameColumnChange.class,
			DropColumnChange.class, RenameTableChange.class, DropTableChange.class, AddAutoIncrementChange.class);

	private static final Set<Class<? extends Change>> RELIABLE_EXCEPT_ON_MYSQL = Set.of(AddPrimaryKeyChange.class,
			AddUniqueConstraintChange.class, DropPrimaryKeyChange.class, DropUniqueConstraintChange.class);

	private static final Set<String> MYSQL = Set.of("mysql", "mariadb");

	private AppliedChangeCheck() {
	}

	/**
	 * Return whether a change is applied to a database.
	 * @param change the change
	 * @param database the database
	 * @return whether it is applied, or empty if that cannot be determined
	 */
	static Optional<Boolean> isApplied(Change change, Database database) {
		if (isRepeatable(change)) {
			return Optional.of(false);
		}
		boolean reliable = RELIABLE.contains(change.getClass())
				|| (RELIABLE_EXCEPT_ON_MYSQL.contains(change.getClass()) && !MYSQL.contains(database.getShortName()));
		// Of several statements, like a column and its values, the catalog shows the
		// first
		if (!reliable || change.generateStatements(database).length > 1) {
			return Optional.empty();
		}
		try {
			return isApplied(change.checkStatus(database), change, database);
		}
		catch (LiquibaseException | RuntimeException ex) {
			return Optional.empty();
		}
	}

	private static boolean isRepeatable(Change change) {
		return REPEATABLE.contains(change.getClass())
				|| (change instanceof CreateViewChange view && Boolean.TRUE.equals(view.getReplaceIfExists()));
	}

	private static Optional<Boolean> isApplied(ChangeStatus status, Change change, Database database)
			throws LiquibaseException {
		return switch (status.getStatus()) {
			case complete -> Optional.of(true);
			case notApplied -> Optional.of(existsUndetected(change, database));
			case incorrect, unknown -> Optional.empty();
		};
	}

	private static boolean existsUndetected(Change change, Database database) throws LiquibaseException {
		if (change instanceof CreateTableChange table) {
			return has(new Table(table.getCatalogName(), table.getSchemaName(), table.getTableName()), database);
		}
		if (change instanceof CreateViewChange view) {
			return has(new View(view.getCatalogName(), view.getSchemaName(), view.getViewName()), database);
		}
		return change instanceof CreateIndexChange index && hasIndex(index, database);
	}

	private static boolean has(DatabaseObject object, Database database) throws LiquibaseException {
		return SnapshotGeneratorFactory.getInstance().has(object, database);
	}

	/**
	 * Liquibase does not distinguish two indexes on the same columns.
	 */
	private static boolean hasIndex(CreateIndexChange index, Database database) throws LiquibaseException {
		Connection connection = ((JdbcConnection) database.getConnection()).getUnderlyingConnection();
		String table = index.getTableName();
		try {
			String schema = (index.getSchemaName() != null) ? null : connection.getSchema();
			for (String name : List.of(table, table.toUpperCase(Locale.ROOT), table.toLowerCase(Locale.ROOT))) {
				try (ResultSet rows = connection.getMetaData()
					.getIndexInfo(connection.getCatalog(), schema, name, false, true)) {
					while (rows.next()) {
						if (String.valueOf(index.getIndexName()).equalsIgnoreCase(rows.getString("INDEX_NAME"))) {
							return true;
						}
					}
				}
			}
			return false;
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex);
		}
	}

}
