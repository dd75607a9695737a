package io.dbinit.flyway;

import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import io.dbinit.Ledger;
import io.dbinit.MigrationStep;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.RollbackTarget;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.flyway.FlywayStepProperties.InDoubt;

import org.springframework.core.io.ResourceLoader;

/**
 * Applies the migrations of one Flyway bean.
 */
final class FlywayStep implements MigrationStep {

	/** Prefix of a fingerprint from which a change cannot be told. */
	private static final String NEVER = "never ";

	private final String name;

	private final FlywayBean bean;

	private final ResourceLoader resources;

	private final InDoubt inDoubt;

	private boolean always;

	FlywayStep(String name, FlywayBean bean, InDoubt inDoubt) {
		this.name = name;
		this.bean = bean;
		this.resources = bean.context();
		this.inDoubt = inDoubt;
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
		return (this.always ? NEVER : "") + this.bean.dependencies().fingerprint(this.resources);
	}

	@Override
	public String plannedFingerprint() {
		return this.bean.dependencies().fingerprint(this.resources);
	}

	@Override
	public boolean isUpToDate(String recorded) {
		return !recorded.startsWith(NEVER) && recorded.equals(this.bean.dependencies().fingerprint(this.resources));
	}

	@Override
	public Optional<Ledger> ledger() {
		return Optional.of(this.bean.ledger());
	}

	@Override
	public List<PlannedChange> plan(StepContext stepContext) throws Exception {
		return flyway(stepContext).plan(stepContext.unwrap(DataSource.class));
	}

	private FlywayRun flyway(StepContext stepContext) {
		ToolContext context = ToolContext.of(stepContext);
		return new FlywayRun(this.bean, context, List.copyOf(context.inDoubt()), this.inDoubt);
	}

	@Override
	public List<PlannedChange> planRollback(StepContext context, RollbackTarget target) {
		throw RollbackTarget.noInverse("Flyway's migrations",
				"its undo migrations are not part of the edition that this project supports", null);
	}

	@Override
	public void rollBack(StepContext context, RollbackTarget target) {
		planRollback(context, target);
	}

	@Override
	public void migrate(StepContext context, String version) throws Exception {
		this.always = true;
		flyway(context).migrate(context.unwrap(DataSource.class), version);
	}

	@Override
	public void run(StepContext stepContext) throws Exception {
		ToolContext context = ToolContext.of(stepContext);
		FlywayDependencies dependencies = this.bean.dependencies();
		this.always = false;
		if (dependencies.unknownLocation().isPresent()) {
			always(context, "its location '%s' is not read again".formatted(dependencies.unknownLocation().get()));
		}
		else if (dependencies.dependsOnTime(this.resources)) {
			always(context, "a migration contains the time");
		}
		flyway(context).migrate(context.unwrap(DataSource.class), null);
	}

	private void always(ToolContext context, String reason) {
		this.always = true;
		context.limitation("Flyway runs at each start: " + reason);
	}

}
