package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.MigrationVersions;
import liquibase.change.core.TagDatabaseChange;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.RuntimeEnvironment;
import liquibase.changelog.ChangeLogIterator;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.RanChangeSet;
import liquibase.changelog.filter.ChangeSetFilter;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.changelog.filter.ShouldRunChangeSetFilter;
import liquibase.changelog.filter.UpToTagChangeSetFilter;
import liquibase.changelog.visitor.ListVisitor;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.precondition.Precondition;
import liquibase.precondition.PreconditionLogic;
import liquibase.precondition.core.ChangeLogPropertyDefinedPrecondition;
import liquibase.precondition.core.DBMSPrecondition;
import liquibase.precondition.core.ObjectQuotingStrategyPrecondition;
import liquibase.precondition.core.RunningAsPrecondition;
import org.jspecify.annotations.Nullable;

/**
 * The changesets of a changelog and those that a database has. Reading it writes nothing.
 *
 * @param changeLog the changelog, which is parsed once only
 * @param current the changeset that was applied last, {@code null} if none was
 * @param latest the last changeset of the changelog, {@code null} if it has none
 * @param pending the changesets that are to be applied
 * @param alwaysRuns a changeset that runs each time, {@code null} if none does
 * @param alwaysAsks a precondition of the changelog that queries the database each time,
 * {@code null} if there is none
 */
record ChangeLogState(DatabaseChangeLog changeLog, @Nullable String current, @Nullable String latest,
		Set<String> pending, @Nullable String alwaysRuns, @Nullable String alwaysAsks) {

	/** Preconditions whose answer depends on nothing but settings, which are recorded. */
	private static final Set<Class<? extends Precondition>> CONSTANT = Set.of(DBMSPrecondition.class,
			RunningAsPrecondition.class, ChangeLogPropertyDefinedPrecondition.class,
			ObjectQuotingStrategyPrecondition.class);

	static ChangeLogState read(Liquibase liquibase, SpringLiquibase bean) throws LiquibaseException {
		Database database = liquibase.getDatabase();
		Contexts contexts = new Contexts(bean.getContexts());
		LabelExpression labels = new LabelExpression(bean.getLabelFilter());
		liquibase.getChangeLogParameters().setContexts(contexts);
		liquibase.getChangeLogParameters().setLabels(labels);
		DatabaseChangeLog changeLog = liquibase.getDatabaseChangeLog();
		List<ChangeSetFilter> filters = new ArrayList<>(List.of(new ContextChangeSetFilter(contexts),
				new LabelChangeSetFilter(labels), new DbmsChangeSetFilter(database), new IgnoreChangeSetFilter()));
		if (bean.getTag() != null) {
			filters.add(new UpToTagChangeSetFilter(bean.getTag(), database.getRanChangeSetList()));
		}
		RuntimeEnvironment environment = new RuntimeEnvironment(database, contexts, labels);
		List<ChangeSet> all = list(changeLog, filters, environment);
		ShouldRunChangeSetFilter shouldRun = new ShouldRunChangeSetFilter(database);
		Set<String> pending = all.stream()
			.filter((changeSet) -> shouldRun.accepts(changeSet).isAccepted())
			.map((changeSet) -> changeSet.toString(false))
			.collect(Collectors.toCollection(LinkedHashSet::new));
		return new ChangeLogState(changeLog, current(database), name(all.isEmpty() ? null : all.get(all.size() - 1)),
				pending, name(all.stream().filter(ChangeSet::isAlwaysRun).findFirst().orElse(null)),
				alwaysAsks(changeLog.getPreconditions()).map(Precondition::getName).orElse(null));
	}

	/**
	 * Those of included changelogs are nested in those of the one that includes them.
	 */
	private static Optional<Precondition> alwaysAsks(@Nullable Precondition precondition) {
		if (precondition instanceof PreconditionLogic logic) {
			return logic.getNestedPreconditions().stream().flatMap((nested) -> alwaysAsks(nested).stream()).findFirst();
		}
		return Optional.ofNullable(precondition).filter((asking) -> !CONSTANT.contains(asking.getClass()));
	}

	private static List<ChangeSet> list(DatabaseChangeLog changeLog, List<ChangeSetFilter> filters,
			RuntimeEnvironment environment) throws LiquibaseException {
		ListVisitor visitor = new ListVisitor();
		new ChangeLogIterator(changeLog, filters.toArray(ChangeSetFilter[]::new)).run(visitor, environment);
		return visitor.getSeenChangeSets();
	}

	private static @Nullable String current(Database database) throws LiquibaseException {
		return database.getRanChangeSetList()
			.stream()
			.filter((ran) -> ran.getExecType() != ExecType.FAILED)
			.reduce((older, newer) -> newer)
			.map(RanChangeSet::toString)
			.orElse(null);
	}

	private static @Nullable String name(@Nullable ChangeSet changeSet) {
		return (changeSet != null) ? changeSet.toString(false) : null;
	}

	/**
	 * Remove the changesets after a version from the changelog.
	 * @param version the name or id of a changeset, or a tag that one of them sets
	 * @throws InitializationException if there is none of that name, or more than one
	 */
	void endAt(String version) {
		List<ChangeSet> changeSets = this.changeLog.getChangeSets();
		List<Integer> found = new ArrayList<>();
		for (int i = 0; i < changeSets.size(); i++) {
			if (isVersion(changeSets.get(i), version)) {
				found.add(i);
			}
		}
		if (found.size() != 1) {
			throw new InitializationException(
					found.isEmpty() ? "The changelog has neither a changeset nor a tag '%s'".formatted(version)
							: "The changelog has %d changesets of the id '%s'".formatted(found.size(), version),
					"Name a changeset as 'id::author' or 'file::id::author', or a tag. Nothing was changed.", null);
		}
		changeSets.subList(found.get(0) + 1, changeSets.size()).clear();
	}

	private static boolean isVersion(ChangeSet changeSet, String version) {
		return version.equals(changeSet.toString(false))
				|| version.equals(changeSet.getId() + "::" + changeSet.getAuthor()) || version.equals(changeSet.getId())
				|| changeSet.getChanges()
					.stream()
					.anyMatch((change) -> change instanceof TagDatabaseChange tag && version.equals(tag.getTag()));
	}

	/**
	 * Return the state after some changesets were applied.
	 * @param applied the changesets, in the order in which they were applied
	 * @return the new state
	 */
	ChangeLogState after(List<String> applied) {
		Set<String> pending = new LinkedHashSet<>(this.pending);
		applied.forEach(pending::remove);
		return new ChangeLogState(this.changeLog, applied.isEmpty() ? this.current : applied.get(applied.size() - 1),
				this.latest, pending, this.alwaysRuns, this.alwaysAsks);
	}

	MigrationVersions versions() {
		return new MigrationVersions(this.current, this.latest, this.pending.size());
	}

}
