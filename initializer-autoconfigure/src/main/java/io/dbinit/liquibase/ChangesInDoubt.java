package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import liquibase.change.Change;
import liquibase.change.DbmsTargetedChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseList;
import liquibase.sql.Sql;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Determines which changes of an interrupted changeset are applied, and removes them from
 * the changeset.
 * <ol>
 * <li>Changes before the last journalled one are applied.</li>
 * <li>The last journalled one is checked in the database.</li>
 * <li>Changes after it are not applied.</li>
 * <li>If the changeset was edited since, each of its changes is checked.</li>
 * </ol>
 */
final class ChangesInDoubt {

	private static final Log logger = LogFactory.getLog(ChangesInDoubt.class);

	private final ToolContext context;

	private final InDoubt answer;

	/** By changeset, oldest first. */
	private final Map<String, List<ChangeSetProgress>> entries;

	ChangesInDoubt(ToolContext context, InDoubt answer) {
		this.context = context;
		this.answer = answer;
		this.entries = context.inDoubt()
			.stream()
			.map(ChangeSetProgress::parse)
			.flatMap(Optional::stream)
			.collect(Collectors.groupingBy(ChangeSetProgress::changeSet));
	}

	/**
	 * Remove the changes that are already applied from a changeset.
	 * @param changeSet a changeset that is about to run
	 * @param database the database
	 * @throws InitializationException if that cannot be determined
	 */
	void resolve(ChangeSet changeSet, Database database) {
		List<ChangeSetProgress> entries = this.entries.get(changeSet.toString(false));
		if (entries != null) {
			resolve(changeSet, database, entries.get(entries.size() - 1));
		}
	}

	/**
	 * A changeset is recorded: nothing of it is in doubt any more.
	 * @param changeSet the changeset
	 */
	void settle(String changeSet) {
		Optional.ofNullable(this.entries.remove(changeSet))
			.ifPresent((entries) -> entries.forEach((entry) -> this.context.conclude(entry.toString())));
	}

	/**
	 * Settle the changesets that were recorded before the process died.
	 * @param pending tells whether a changeset is still to be applied
	 */
	void settleRecorded(Predicate<String> pending) {
		Set.copyOf(this.entries.keySet()).stream().filter(pending.negate()).forEach(this::settle);
	}

	private void resolve(ChangeSet changeSet, Database database, ChangeSetProgress progress) {
		List<Change> changes = List.copyOf(changeSet.getChanges());
		List<Change> made = new ArrayList<>();
		boolean same = progress.isOf(changes);
		for (int i = 0; i < changes.size(); i++) {
			Change change = changes.get(i);
			boolean asked = !same || (i + 1 == progress.position() && progress.begun());
			boolean done = asked ? isMade(changeSet, i, database) : i + 1 <= progress.position();
			if (done) {
				made.add(change);
			}
		}
		logger.warn("Changeset '%s' was begun by an earlier run: %d of its %d changes are there, the rest is applied"
			.formatted(progress.changeSet(), made.size(), changes.size()));
		changeSet.removeAllChanges(made);
		// They were met when the changeset began, and its own changes may break them
		changeSet.setPreconditions(null);
	}

	private boolean isMade(ChangeSet changeSet, int index, Database database) {
		Change change = changeSet.getChanges().get(index);
		if (change instanceof DbmsTargetedChange targeted
				&& !DatabaseList.definitionMatches(targeted.getDbms(), database, true)) {
			return false;
		}
		return AppliedChangeCheck.isApplied(change, database).orElseGet(() -> switch (this.answer) {
			case APPLIED -> true;
			case NOT_APPLIED -> false;
			case FAIL -> throw inDoubt(changeSet, index, database);
		});
	}

	private InitializationException inDoubt(ChangeSet changeSet, int index, Database database) {
		Change change = changeSet.getChanges().get(index);
		return new InitializationException(
				"Changeset '%s' was begun by an earlier run that did not end, and the database cannot tell whether its change %d of %d (%s) was applied:%n%s"
					.formatted(changeSet.toString(false), index + 1, changeSet.getChanges().size(),
							change.getSerializedObjectName(), sql(change, database)),
				"Look into '%s'. If the change is there, start once with 'db-init.liquibase.in-doubt=applied'; if it is not, or once it is undone, with 'db-init.liquibase.in-doubt=not-applied'. The rest of the changeset is then applied, and the changeset recorded."
					.formatted(this.context.database()),
				null);
	}

	static String sql(Change change, Database database) {
		return Arrays.stream(SqlGeneratorFactory.getInstance().generateSql(change, database))
			.map(Sql::toSql)
			.collect(Collectors.joining(System.lineSeparator()));
	}

}
