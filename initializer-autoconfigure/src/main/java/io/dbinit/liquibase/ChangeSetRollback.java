package io.dbinit.liquibase;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.PlannedChange;
import io.dbinit.RollbackTarget;
import io.dbinit.ToolContext;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import liquibase.Liquibase;
import liquibase.change.Change;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.RanChangeSet;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.exception.RollbackFailedException;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import liquibase.statement.SqlStatement;

/**
 * Undoes changesets, the newest one first. Each is undone and removed from the ledger in
 * one transaction where the database supports it, and journalled where it does not.
 */
final class ChangeSetRollback {

	private static final String ENTRY = "roll back changeset ";

	private final ToolContext context;

	private final WorkingConnection connection;

	private final Database database;

	private final DatabaseChangeLog changeLog;

	ChangeSetRollback(ToolContext context, WorkingConnection connection, Liquibase liquibase)
			throws LiquibaseException {
		this.context = context;
		this.connection = connection;
		this.database = liquibase.getDatabase();
		this.changeLog = liquibase.getDatabaseChangeLog();
	}

	/**
	 * Return the inverses of changesets.
	 * @param target the changesets
	 * @return the changes
	 * @throws InitializationException if one of them has no inverse
	 */
	List<PlannedChange> plan(RollbackTarget target) throws LiquibaseException {
		List<PlannedChange> changes = new ArrayList<>();
		for (RanChangeSet ran : select(target)) {
			boolean marked = ran.getExecType() == ExecType.MARK_RAN;
			changes.add(new PlannedChange(change(ran),
					marked ? "it was marked as ran, so that nothing of it is there" : null,
					marked ? List.of() : statements(changeSet(ran)), List.of()));
		}
		return changes;
	}

	private List<RanChangeSet> select(RollbackTarget target) throws LiquibaseException {
		List<RanChangeSet> applied = new ArrayList<>(this.database.getRanChangeSetList());
		applied.removeIf((ran) -> ran.getExecType() == ExecType.FAILED);
		Collections.reverse(applied);
		return target.select(applied, ChangeSetRollback::isNamed, (ran, tag) -> tag.equals(ran.getTag()));
	}

	private static boolean isNamed(RanChangeSet ran, String name) {
		return name.equals(ran.toString()) || name.equals(ran.getId() + "::" + ran.getAuthor())
				|| name.equals(ran.getId());
	}

	private static io.dbinit.Change change(RanChangeSet ran) {
		return io.dbinit.Change.migrate(ran.toString(), ENTRY + ran);
	}

	private ChangeSet changeSet(RanChangeSet ran) {
		ChangeSet changeSet = this.changeLog.getChangeSet(ran);
		if (changeSet == null) {
			throw RollbackTarget.noInverse("Changeset '" + ran + "'", "it is not in the changelog of this release",
					"Use the release that applied it");
		}
		return changeSet;
	}

	private List<String> statements(ChangeSet changeSet) {
		List<SqlStatement> statements = new ArrayList<>();
		try {
			if (changeSet.hasCustomRollbackChanges()) {
				for (Change change : changeSet.getRollback().getChanges()) {
					statements.addAll(Arrays.asList(change.generateStatements(this.database)));
				}
			}
			else {
				List<Change> changes = new ArrayList<>(changeSet.getChanges());
				Collections.reverse(changes);
				for (Change change : changes) {
					requireInverse(changeSet, change);
					statements.addAll(Arrays.asList(change.generateRollbackStatements(this.database)));
				}
			}
		}
		catch (LiquibaseException ex) {
			throw RollbackTarget.noInverse("Changeset '" + changeSet.toString(false) + "'", LiquibaseFailure.reason(ex),
					null);
		}
		return Arrays
			.stream(SqlGeneratorFactory.getInstance()
				.generateSql(statements.toArray(SqlStatement[]::new), this.database))
			.map((sql) -> sql.toSql())
			.toList();
	}

	private void requireInverse(ChangeSet changeSet, Change change) {
		if (!change.supportsRollback(this.database)) {
			throw RollbackTarget.noInverse("Changeset '" + changeSet.toString(false) + "'",
					"its change '%s' has no inverse".formatted(change.getSerializedObjectName()),
					"Add a 'rollback' to the changeset in '%s', or undo it by a new changeset"
						.formatted(changeSet.getFilePath()));
		}
	}

	/**
	 * Undo changesets.
	 * @param target the changesets
	 * @throws InitializationException if one of them has no inverse, or its inverse fails
	 */
	void run(RollbackTarget target) throws Exception {
		plan(target);
		List<RanChangeSet> selected = select(target);
		for (RanChangeSet ran : selected) {
			undo(ran, changeSet(ran));
		}
		Set<String> left = this.database.getRanChangeSetList()
			.stream()
			.map(RanChangeSet::toString)
			.collect(Collectors.toSet());
		List<String> kept = selected.stream().map(RanChangeSet::toString).filter(left::contains).toList();
		if (!kept.isEmpty()) {
			throw new IllegalStateException("The ledger still has the changesets " + kept);
		}
	}

	private void undo(RanChangeSet ran, ChangeSet changeSet) throws Exception {
		String entry = change(ran).text();
		this.context.progress(entry);
		boolean transactional = ChangeSetListener.isTransactional(changeSet, this.database);
		if (transactional) {
			this.connection.begin();
		}
		else {
			this.context.intend(entry);
		}
		try {
			if (ran.getExecType() != ExecType.MARK_RAN) {
				changeSet.rollback(this.database);
			}
			this.database.removeRanStatus(changeSet);
			this.database.commit();
			this.connection.commit();
		}
		catch (RollbackFailedException | SQLException ex) {
			throw failure(ran, transactional, ex);
		}
		if (!transactional) {
			this.context.conclude(entry);
		}
		this.context.changed(change(ran));
	}

	private InitializationException failure(RanChangeSet ran, boolean transactional, Exception ex) {
		boolean alive = this.connection.undo();
		return new InitializationException("The inverse of changeset '%s' failed: %s".formatted(ran, LiquibaseFailure
			.reason(ex)), (transactional && alive)
					? "Correct the inverse and roll back again. Nothing of it was done; changesets before it are undone."
					: "A part of the inverse may be done: look into '%s'. Complete it by hand and start once with 'db-init.liquibase.in-doubt=applied', or revert it and start once with 'db-init.liquibase.in-doubt=not-applied'."
						.formatted(this.context.database()),
				ex);
	}

	/**
	 * Return whether a run had begun to undo a changeset, and did not end.
	 */
	static boolean isInDoubt(ToolContext context) {
		return context.inDoubt().stream().anyMatch((entry) -> entry.startsWith(ENTRY));
	}

	/**
	 * Settle the rollback that a run had begun and not recorded.
	 * @param answer whether the inverse was run
	 * @throws InitializationException if that is not known
	 */
	void settle(InDoubt answer) throws LiquibaseException {
		for (String entry : this.context.inDoubt()) {
			if (!entry.startsWith(ENTRY)) {
				continue;
			}
			String name = entry.substring(ENTRY.length());
			Optional<RanChangeSet> ran = this.database.getRanChangeSetList()
				.stream()
				.filter((candidate) -> candidate.toString().equals(name))
				.findFirst();
			if (ran.isPresent() && answer == InDoubt.FAIL) {
				throw new InitializationException(
						"Changeset '%s' was being undone by a run that did not end, and the database cannot tell how far it came"
							.formatted(name),
						"Look into '%s'. If its inverse is done, start once with 'db-init.liquibase.in-doubt=applied'; if nothing of it is, with 'db-init.liquibase.in-doubt=not-applied'."
							.formatted(this.context.database()),
						null);
			}
			if (ran.isPresent() && answer == InDoubt.APPLIED) {
				this.database.removeRanStatus(changeSet(ran.get()));
				this.database.commit();
			}
			this.context.conclude(entry);
		}
	}

}
