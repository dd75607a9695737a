package io.dbinit.liquibase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.change.Change;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.ResourceAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link AppliedChangeCheck}: each kind of change is asked for before and after
 * it is made, and the answer must be right or none.
 */
@RequiresServer
class AppliedChangeCheckTests {

	private static final String CHANGES = """
			databaseChangeLog:
			- changeSet:
			    id: 1
			    author: a
			    changes:
			    - createTable: {tableName: one, columns: [{column: {name: id, type: int, constraints: {nullable: false}}}, {column: {name: name, type: varchar(10)}}]}
			    - createTable: {tableName: Mixed, columns: [{column: {name: id, type: int, constraints: {nullable: false}}}]}
			    - createTable: {tableName: two, columns: [{column: {name: id, type: int, constraints: {nullable: false, primaryKey: true, primaryKeyName: pk_two}}}, {column: {name: one_id, type: int}}]}
			    - addPrimaryKey: {tableName: one, columnNames: id, constraintName: pk_one}
			    - addColumn: {tableName: one, columns: [{column: {name: extra, type: int}}]}
			    - addColumn: {tableName: one, columns: [{column: {name: filled, type: int, valueNumeric: 1}}]}
			    - createIndex: {tableName: one, indexName: ix_one, columns: [{column: {name: name}}]}
			    - createIndex: {tableName: one, indexName: ux_one, unique: true, columns: [{column: {name: name}}]}
			    - addForeignKeyConstraint: {baseTableName: two, baseColumnNames: one_id, referencedTableName: one, referencedColumnNames: id, constraintName: fk_two}
			    - addUniqueConstraint: {tableName: one, columnNames: extra, constraintName: uq_one}
			    - addNotNullConstraint: {tableName: one, columnName: name, columnDataType: varchar(10)}
			    - dropNotNullConstraint: {tableName: one, columnName: name, columnDataType: varchar(10)}
			    - addDefaultValue: {tableName: one, columnName: name, columnDataType: varchar(10), defaultValue: x}
			    - dropDefaultValue: {tableName: one, columnName: name, columnDataType: varchar(10)}
			    - modifyDataType: {tableName: one, columnName: name, newDataType: varchar(20)}
			    - createView: {viewName: v_one, selectQuery: select id from one}
			    - renameView: {oldViewName: v_one, newViewName: v_uno}
			    - dropView: {viewName: v_uno}
			    - createSequence: {sequenceName: seq_one}
			    - alterSequence: {sequenceName: seq_one, incrementBy: 5}
			    - dropSequence: {sequenceName: seq_one}
			    - dropForeignKeyConstraint: {baseTableName: two, constraintName: fk_two}
			    - dropUniqueConstraint: {tableName: one, constraintName: uq_one}
			    - dropIndex: {tableName: one, indexName: ix_one}
			    - renameColumn: {tableName: one, oldColumnName: extra, newColumnName: surplus, columnDataType: int}
			    - dropColumn: {tableName: one, columnName: surplus}
			    - dropPrimaryKey: {tableName: two, constraintName: pk_two}
			    - setTableRemarks: {tableName: one, remarks: hello}
			    - addAutoIncrement: {tableName: one, columnName: id, columnDataType: int}
			    - renameTable: {oldTableName: two, newTableName: zwei}
			    - insert: {tableName: one, columns: [{column: {name: name, value: x}}]}
			    - update: {tableName: one, columns: [{column: {name: name, value: y}}]}
			    - delete: {tableName: one}
			    - sql: {sql: select 1}
			    - addLookupTable: {existingTableName: one, existingColumnName: name, newTableName: names, newColumnName: name, constraintName: fk_names}
			    - dropTable: {tableName: zwei}
			""";

	private static final List<String> REPEATABLE = List.of("addDefaultValue", "dropDefaultValue",
			"dropNotNullConstraint");

	private final List<String> known = new ArrayList<>();

	@Test
	void isRightOnH2(@TempDir Path directory) throws Exception {
		askForEach(directory, Servers.h2());
		assertThat(this.known).contains("createTable", "addColumn", "createIndex", "addForeignKeyConstraint",
				"dropTable", "addPrimaryKey", "createView");
	}

	@Test
	void isRightOnMariaDb(@TempDir Path directory) throws Exception {
		askForEach(directory, Servers.mariaDb());
		assertThat(this.known)
			.contains("createTable", "addColumn", "createIndex", "addForeignKeyConstraint", "dropTable", "createView")
			.doesNotContain("addPrimaryKey", "dropPrimaryKey");
	}

	@Test
	void isRightOnMariaDbThroughTheDriverOfMySql(@TempDir Path directory) throws Exception {
		askForEach(directory, Servers.mariaDbThroughMySqlDriver());
		assertThat(this.known).contains("createTable", "addColumn", "createIndex");
	}

	@Test
	void isRightOnPostgreSql(@TempDir Path directory) throws Exception {
		askForEach(directory, Servers.postgreSql());
		assertThat(this.known).contains("createTable", "addColumn", "createIndex");
	}

	private void askForEach(Path directory, String url) throws Exception {
		Files.writeString(directory.resolve("changes.yaml"), CHANGES);
		try (Connection connection = DriverManager.getConnection(url);
				ResourceAccessor resources = new DirectoryResourceAccessor(directory)) {
			Database database = DatabaseFactory.getInstance()
				.findCorrectDatabaseImplementation(new JdbcConnection(connection));
			Liquibase liquibase = new Liquibase("changes.yaml", resources, database);
			Scope.child(Map.of(Scope.Attr.database.name(), database, Scope.Attr.resourceAccessor.name(), resources),
					() -> {
						DatabaseChangeLog changeLog = liquibase.getDatabaseChangeLog();
						for (Change change : changeLog.getChangeSets().get(0).getChanges()) {
							ask(change, changeLog, database);
						}
					});
		}
	}

	private void ask(Change change, DatabaseChangeLog changeLog, Database database) throws LiquibaseException {
		String name = change.getSerializedObjectName();
		Optional<Boolean> before = AppliedChangeCheck.isApplied(change, database);
		try {
			change.finishInitialization();
			database.executeStatements(change, changeLog, List.of());
			database.commit();
		}
		catch (Exception ex) {
			// Not on this product
			database.rollback();
			return;
		}
		Optional<Boolean> after = AppliedChangeCheck.isApplied(change, database);
		assertThat(before).as("before " + name).isNotEqualTo(Optional.of(true));
		if (!REPEATABLE.contains(name)) {
			assertThat(after).as("after " + name).isNotEqualTo(Optional.of(false));
		}
		after.ifPresent((answer) -> this.known.add(name));
	}

}
