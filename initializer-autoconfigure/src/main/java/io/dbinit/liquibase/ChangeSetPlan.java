package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.dbinit.PlannedChange;
import io.dbinit.PlannedChange.Warning;
import liquibase.change.Change;
import liquibase.change.DbmsTargetedChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseList;
import liquibase.sqlgenerator.SqlGeneratorFactory;

/**
 * The pending changesets with their statements. Nothing is run for it, so that changes of
 * an application's own class, whose statements are known only when they run, have none.
 */
final class ChangeSetPlan {

	private final Database database;

	private final ChangeWarnings warnings;

	ChangeSetPlan(Database database, ChangeWarnings warnings) {
		this.database = database;
		this.warnings = warnings;
	}

	List<PlannedChange> of(ChangeLogState state) {
		return state.changeLog()
			.getChangeSets()
			.stream()
			.filter((changeSet) -> state.pending().contains(changeSet.toString(false)))
			.map(this::of)
			.toList();
	}

	private PlannedChange of(ChangeSet changeSet) {
		List<String> statements = new ArrayList<>();
		List<Warning> warnings = new ArrayList<>();
		for (Change change : changeSet.getChanges()) {
			if (change instanceof DbmsTargetedChange targeted
					&& !DatabaseList.definitionMatches(targeted.getDbms(), this.database, true)) {
				continue;
			}
			if (change.generateStatementsVolatile(this.database)) {
				statements.add("-- '%s': its statements are known when it runs".formatted(change.getDescription()));
			}
			else {
				Arrays.stream(SqlGeneratorFactory.getInstance().generateSql(change, this.database))
					.map((sql) -> sql.toSql())
					.forEach(statements::add);
			}
			warnings.addAll(this.warnings.of(changeSet, change));
		}
		String id = changeSet.toString(false);
		return new PlannedChange(io.dbinit.Change.migrate(id, "changeset " + id),
				(changeSet.getPreconditions() != null) ? "if its preconditions hold" : null, statements, warnings);
	}

}
