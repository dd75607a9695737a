package io.dbinit.liquibase;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.dbinit.InitializationException;
import io.dbinit.Ledger;
import io.dbinit.MigrationStep;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.RollbackTarget;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;
import org.springframework.util.Assert;

/**
 * Applies the changelog of one Liquibase bean.
 */
final class LiquibaseStep implements MigrationStep {

	/** Prefix of a fingerprint with settings that are known only from the bean. */
	private static final String UNEXPECTED = "unexpected ";

	private final String name;

	private final LiquibaseBean bean;

	private final ResourceLoader resources;

	private final InDoubt answer;

	private final List<String> notAdopted;

	private DependencyRecorder dependencies;

	private @Nullable ChangeLogState state;

	private @Nullable String fingerprint;

	LiquibaseStep(String name, LiquibaseBean bean, ResourceLoader resources, InDoubt answer, List<String> notAdopted) {
		this.name = name;
		this.bean = bean;
		this.resources = resources;
		this.answer = answer;
		this.notAdopted = notAdopted;
		this.dependencies = new DependencyRecorder(resources);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Phase phase() {
		return Phase.MIGRATE;
	}

	@Override
	public String fingerprint() {
		Assert.state(this.fingerprint != null, "The step has not run");
		return this.fingerprint;
	}

	/**
	 * Nearly all files are read when Liquibase computes the checksums of changesets.
	 */
	@Override
	public String plannedFingerprint() {
		return (this.state != null) ? write(this.dependencies::end) : write(this.dependencies::none);
	}

	@Override
	public boolean isUpToDate(String recorded) {
		return recorded.startsWith(UNEXPECTED)
				? DependencyRecorder.isSame(recorded.substring(UNEXPECTED.length()), this.resources,
						this.bean.settings())
				: DependencyRecorder.isSame(recorded, this.resources, this.bean.expectedSettings());
	}

	@Override
	public Optional<Ledger> ledger() {
		return LiquibaseSettings.ledger(this.bean.expectedSettings());
	}

	@Override
	public void inspect(StepContext stepContext) throws Exception {
		ToolContext context = ToolContext.of(stepContext);
		AdoptedLiquibase liquibase = this.bean.get();
		this.dependencies = new DependencyRecorder(this.resources);
		this.state = null;
		if (liquibase.isEnabled()) {
			refuseToDrop(liquibase, context);
			try (LiquibaseRun run = open(stepContext)) {
				ChangeLogState state = run.look();
				context.versions(state.versions());
				this.state = state;
			}
		}
	}

	private static void refuseToDrop(AdoptedLiquibase liquibase, ToolContext context) {
		String stamp = Optional.ofNullable(context.marker().environment()).orElse(context.environment().name());
		boolean production = context.environment().isProduction();
		if (liquibase.bean().isDropFirst() && (production || !context.environment().matches(stamp))) {
			throw new InitializationException(
					"Liquibase is told to drop everything in '%s', which holds the data of '%s', in the environment '%s'"
						.formatted(context.database(), stamp, context.environment().name()),
					"Remove 'spring.liquibase.drop-first', or name the environment with 'db-init.environment' if it is not production. Nothing was changed.",
					null);
		}
	}

	@Override
	public List<PlannedChange> plan(StepContext stepContext) throws Exception {
		if (this.state == null) {
			return List.of();
		}
		try (LiquibaseRun run = open(stepContext)) {
			return run.plan();
		}
	}

	@Override
	public List<PlannedChange> planRollback(StepContext stepContext, RollbackTarget target) throws Exception {
		try (LiquibaseRun run = open(stepContext)) {
			return run.withRollback((rollback) -> rollback.plan(target));
		}
	}

	@Override
	public void rollBack(StepContext stepContext, RollbackTarget target) throws Exception {
		try (LiquibaseRun run = open(stepContext)) {
			run.withRollback((rollback) -> {
				rollback.run(target);
				return target;
			});
			ToolContext.of(stepContext).versions(run.look().versions());
		}
	}

	private LiquibaseRun open(StepContext context) throws SQLException {
		return new LiquibaseRun(this.bean, ToolContext.of(context), this.dependencies.recorder());
	}

	@Override
	public void run(StepContext context) throws Exception {
		run(context, null);
	}

	@Override
	public void migrate(StepContext context, String version) throws Exception {
		run(context, version);
	}

	private void run(StepContext stepContext, @Nullable String version) throws Exception {
		ToolContext context = ToolContext.of(stepContext);
		ChangeLogState before = this.state;
		this.state = null;
		if (before == null) {
			this.fingerprint = write(this.dependencies::none);
			return;
		}
		if (version != null) {
			before.endAt(version);
		}
		try (LiquibaseRun run = open(stepContext)) {
			reportLimitations(context, run);
			if (this.bean.get().bean().isDropFirst()) {
				context.forgetRecords();
			}
			if (ChangeSetRollback.isInDoubt(context)) {
				run.withRollback((rollback) -> {
					rollback.settle(this.answer);
					return this.answer;
				});
			}
			ChangeLogState after = run.apply(this.answer, before);
			context.versions(after.versions());
			this.fingerprint = write((settings) -> {
				boolean part = version != null && !after.pending().isEmpty();
				Recording recording = this.dependencies.end(settings)
					.unless(part ? "it was migrated to '" + version + "'" : reasonAgainst(run, after));
				if (recording.reasonAgainst() != null && !part) {
					context.limitation("Liquibase runs at each start: " + recording.reasonAgainst());
				}
				return recording;
			});
		}
	}

	private String write(Function<Map<String, String>, Recording> recording) {
		return this.bean.isAsExpected() ? recording.apply(this.bean.expectedSettings()).write()
				: UNEXPECTED + recording.apply(this.bean.settings()).write();
	}

	private void reportLimitations(ToolContext context, LiquibaseRun run) {
		this.notAdopted.forEach((name) -> context.limitation(
				"Bean '%s' runs Liquibase by itself, without the lock: it could not be adopted".formatted(name)));
		if (this.bean.get().overridesRunning()) {
			context.limitation(
					"Bean '%s' overrides 'afterPropertiesSet', which is not called: the initializer runs Liquibase on its own thread"
						.formatted(this.bean.name()));
		}
		if (!run.isSameConnection()) {
			context.limitation(
					"Bean '%s' has a separate data source: if the lock is lost, it stops at the next changeset only"
						.formatted(this.bean.name()));
		}
	}

	private @Nullable String reasonAgainst(LiquibaseRun run, ChangeLogState after) {
		AdoptedLiquibase liquibase = this.bean.get();
		if (after.alwaysRuns() != null) {
			return "changeset '" + after.alwaysRuns() + "' always runs";
		}
		if (after.alwaysAsks() != null) {
			return "precondition '" + after.alwaysAsks() + "' of the changelog queries the database each time";
		}
		if (!after.pending().isEmpty()) {
			return "%d changesets stay pending, as their preconditions or errors say: %s"
				.formatted(after.pending().size(), after.pending().iterator().next());
		}
		if (liquibase.alwaysDoes() != null) {
			return "'" + liquibase.alwaysDoes() + "' is set";
		}
		return run.isSameDatabase() ? null : "bean '" + this.bean.name() + "' works on another database";
	}

}
