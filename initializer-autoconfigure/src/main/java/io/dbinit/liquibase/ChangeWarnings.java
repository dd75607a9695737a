package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.dbinit.PlannedChange.Risk;
import io.dbinit.PlannedChange.Warning;
import liquibase.change.AddColumnConfig;
import liquibase.change.Change;
import liquibase.change.core.AddColumnChange;
import liquibase.change.core.AddForeignKeyConstraintChange;
import liquibase.change.core.AddNotNullConstraintChange;
import liquibase.change.core.AddPrimaryKeyChange;
import liquibase.change.core.AddUniqueConstraintChange;
import liquibase.change.core.CreateIndexChange;
import liquibase.change.core.CreateTableChange;
import liquibase.change.core.DeleteDataChange;
import liquibase.change.core.DropColumnChange;
import liquibase.change.core.DropTableChange;
import liquibase.change.core.ModifyDataTypeChange;
import liquibase.change.core.RenameColumnChange;
import liquibase.change.core.RenameTableChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a change may do to the data and to the service. Typed changes are judged by their
 * attributes, other ones by how their statements begin. A table that the same plan
 * creates is empty and used by nobody.
 */
final class ChangeWarnings {

	private static final String OLDER = "releases that use it fail as soon as it is applied: let it follow in a later release";

	/** How statements begin, in lower case. */
	private static final Map<String, Warning> STATEMENTS = Map.of("drop table",
			new Warning(Risk.DATA_LOSS, "drops a table"), "drop schema", new Warning(Risk.DATA_LOSS, "drops a schema"),
			"truncate", new Warning(Risk.DATA_LOSS, "deletes all rows of a table"));

	private final TableSizes sizes;

	private final Database database;

	private final List<String> created = new ArrayList<>();

	ChangeWarnings(Database database, TableSizes sizes) {
		this.database = database;
		this.sizes = sizes;
	}

	List<Warning> of(ChangeSet changeSet, Change change) {
		if (change instanceof CreateTableChange create) {
			this.created.add(name(create.getTableName()));
			return List.of();
		}
		List<Warning> warnings = new ArrayList<>();
		typed(change, warnings);
		if (warnings.isEmpty() && isRaw(change)) {
			for (String statement : statements(change)) {
				raw(changeSet, statement, warnings);
			}
		}
		return warnings;
	}

	private void typed(Change change, List<Warning> warnings) {
		if (change instanceof DropTableChange drop && isThere(drop.getTableName())) {
			warnings.add(new Warning(Risk.DATA_LOSS, "drops table '%s'%s; %s".formatted(drop.getTableName(),
					this.sizes.of(drop.getTableName()), OLDER)));
		}
		else if (change instanceof DropColumnChange drop && isThere(drop.getTableName())) {
			warnings.add(new Warning(Risk.DATA_LOSS, "drops %s of '%s'%s; %s".formatted(columns(drop),
					drop.getTableName(), this.sizes.of(drop.getTableName()), OLDER)));
		}
		else if (change instanceof DeleteDataChange delete && isThere(delete.getTableName())) {
			warnings.add(new Warning(Risk.DATA_LOSS, "deletes %s of '%s'"
				.formatted((delete.getWhere() != null) ? "rows" : "all rows", delete.getTableName())));
		}
		else if (change instanceof RenameTableChange rename && isThere(rename.getOldTableName())) {
			warnings.add(new Warning(Risk.INCOMPATIBLE,
					"renames table '%s'; %s".formatted(rename.getOldTableName(), OLDER)));
		}
		else if (change instanceof RenameColumnChange rename && isThere(rename.getTableName())) {
			warnings.add(new Warning(Risk.INCOMPATIBLE, "renames column '%s' of '%s'; %s"
				.formatted(rename.getOldColumnName(), rename.getTableName(), OLDER)));
		}
		else if (change instanceof ModifyDataTypeChange modify && isThere(modify.getTableName())) {
			warnings.add(new Warning(Risk.BLOCKING,
					"changes the type of '%s.%s' to %s, which may rewrite the table%s under an exclusive lock"
						.formatted(modify.getTableName(), modify.getColumnName(), modify.getNewDataType(),
								this.sizes.of(modify.getTableName()))));
		}
		else {
			constraints(change, warnings);
		}
	}

	private void constraints(Change change, List<Warning> warnings) {
		if (change instanceof AddNotNullConstraintChange notNull && isFilled(notNull.getTableName())) {
			warnings.add(new Warning(Risk.MAY_FAIL, "makes '%s.%s' not null: it fails if a row%s has no value"
				.formatted(notNull.getTableName(), notNull.getColumnName(), this.sizes.of(notNull.getTableName()))));
		}
		else if (change instanceof AddColumnChange add && isFilled(add.getTableName())) {
			add.getColumns().forEach((column) -> column(add, column, warnings));
		}
		else if (change instanceof CreateIndexChange index && isFilled(index.getTableName())) {
			if (Boolean.TRUE.equals(index.isUnique())) {
				warnings
					.add(new Warning(Risk.MAY_FAIL, "the unique index '%s' fails if rows of '%s' have the same values"
						.formatted(index.getIndexName(), index.getTableName())));
			}
			if (isPostgreSql()) {
				warnings.add(new Warning(Risk.BLOCKING,
						"blocks writes to '%s'%s while the index is built: use 'create index concurrently' in a changeset with 'runInTransaction: false'"
							.formatted(index.getTableName(), this.sizes.of(index.getTableName()))));
			}
		}
		else if (change instanceof AddForeignKeyConstraintChange key && isFilled(key.getBaseTableName())) {
			warnings.add(new Warning(Risk.BLOCKING,
					"blocks writes to '%s' and '%s' while the rows%s are checked%s".formatted(key.getBaseTableName(),
							key.getReferencedTableName(), this.sizes.of(key.getBaseTableName()),
							isPostgreSql() ? ": add it 'not valid', and validate it in another changeset" : "")));
		}
		else if (change instanceof AddUniqueConstraintChange unique && isFilled(unique.getTableName())) {
			warnings.add(new Warning(Risk.MAY_FAIL, "the unique constraint on '%s' fails if rows have the same values"
				.formatted(unique.getTableName())));
		}
		else if (change instanceof AddPrimaryKeyChange key && isFilled(key.getTableName())) {
			warnings.add(new Warning(Risk.BLOCKING, "blocks '%s'%s while the index of the primary key is built"
				.formatted(key.getTableName(), this.sizes.of(key.getTableName()))));
		}
	}

	private void column(AddColumnChange add, AddColumnConfig column, List<Warning> warnings) {
		boolean notNull = column.getConstraints() != null && Boolean.FALSE.equals(column.getConstraints().isNullable());
		boolean hasValue = column.getDefaultValueObject() != null || column.getValueObject() != null
				|| Boolean.TRUE.equals(column.isAutoIncrement());
		if (notNull && !hasValue) {
			warnings
				.add(new Warning(Risk.MAY_FAIL, "adds '%s.%s' not null without a default: it fails if there are rows"
					.formatted(add.getTableName(), column.getName())));
		}
		if (column.getDefaultValueComputed() != null && isPostgreSql() && isVolatile(column)) {
			warnings.add(new Warning(Risk.BLOCKING,
					"the default of '%s.%s' differs from row to row, so that the table%s is rewritten under an exclusive lock"
						.formatted(add.getTableName(), column.getName(), this.sizes.of(add.getTableName()))));
		}
	}

	/** Of the start of the transaction, and so the same for all rows. */
	private static boolean isVolatile(AddColumnConfig column) {
		String value = column.getDefaultValueComputed().getValue().strip().toLowerCase(Locale.ROOT);
		return value.contains("(") && !value.startsWith("now(") && !value.startsWith("current_");
	}

	private void raw(ChangeSet changeSet, String statement, List<Warning> warnings) {
		String text = statement.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
		STATEMENTS.forEach((beginning, warning) -> {
			if (text.startsWith(beginning)) {
				warnings.add(new Warning(warning.risk(), "%s: %s".formatted(warning.text(), shortened(text))));
			}
		});
		if (text.startsWith("alter table")) {
			if (text
				.matches("alter table .* drop (column )?(?!constraint|default|not null|index|key|primary|foreign).*")
					&& !text.matches(".* alter column .* drop .*")) {
				warnings.add(new Warning(Risk.DATA_LOSS, "drops a column: " + shortened(text) + "; " + OLDER));
			}
			else if (text.contains(" rename ")) {
				warnings.add(new Warning(Risk.INCOMPATIBLE, "renames: " + shortened(text) + "; " + OLDER));
			}
			else if (isPostgreSql() && text.matches(".* add (constraint .*)?(foreign key|check).*")
					&& !text.contains("not valid")) {
				warnings.add(new Warning(Risk.BLOCKING,
						"blocks writes while the rows are checked, without 'not valid': " + shortened(text)));
			}
		}
		else if (text.matches("(delete from [^ ]+|update [^ ]+ set .*)") && !text.contains(" where ")) {
			warnings.add(new Warning(text.startsWith("delete") ? Risk.DATA_LOSS : Risk.BLOCKING,
					"concerns all rows of a table: " + shortened(text)));
		}
		else if (text.matches("create (unique )?index .*") && isPostgreSql()) {
			index(changeSet, text, warnings);
		}
	}

	private void index(ChangeSet changeSet, String text, List<Warning> warnings) {
		boolean concurrently = text.matches("create (unique )?index concurrently .*");
		String table = text.replaceFirst(".* on (only )?", "").split("[ (]", 2)[0];
		if (concurrently && changeSet.isRunInTransaction()) {
			warnings.add(new Warning(Risk.MAY_FAIL,
					"'concurrently' fails in a transaction: set 'runInTransaction: false' on the changeset"));
		}
		else if (!concurrently && isFilled(table)) {
			warnings.add(new Warning(Risk.BLOCKING,
					"blocks writes to '%s'%s while the index is built: use 'create index concurrently' in a changeset with 'runInTransaction: false'"
						.formatted(table, this.sizes.of(table))));
		}
	}

	private static String shortened(String text) {
		return (text.length() > 100) ? text.substring(0, 100) + "…" : text;
	}

	private static boolean isRaw(Change change) {
		return change instanceof liquibase.change.AbstractSQLChange;
	}

	private List<String> statements(Change change) {
		return Arrays.stream(SqlGeneratorFactory.getInstance().generateSql(change, this.database))
			.map((sql) -> sql.toSql())
			.toList();
	}

	private static String columns(DropColumnChange drop) {
		return (drop.getColumns() == null || drop.getColumns().isEmpty()) ? "column '" + drop.getColumnName() + "'"
				: drop.getColumns().size() + " columns";
	}

	private boolean isPostgreSql() {
		return this.database.getShortName().equals("postgresql");
	}

	private boolean isThere(@Nullable String table) {
		return !this.created.contains(name(table));
	}

	private boolean isFilled(@Nullable String table) {
		return isThere(table) && !this.sizes.isEmpty(table);
	}

	private static String name(@Nullable String table) {
		return String.valueOf(table).replaceAll("[\"`]", "").toLowerCase(Locale.ROOT);
	}

}
