package io.dbinit.mongock;

import java.util.List;
import java.util.Optional;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.dbinit.Causes;
import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.Ledger;
import io.dbinit.MigrationStep;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.RollbackTarget;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.mongock.ChangeUnitDefinition.Change;
import org.bson.Document;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Applies the change units that are due, and loads no class of Mongock if none is.
 */
class MongockStep implements MigrationStep {

	static final String NAME = "mongock";

	private final ChangeUnitScanner units;

	private final String settings;

	private final MongockProperties properties;

	private final MongockLock lock;

	private final Migration migration;

	private final ListableBeanFactory beans;

	private volatile boolean incomplete;

	/**
	 * Create a step.
	 * @param units the change units
	 * @param settings the settings of an adopted Mongock, as text
	 * @param properties the collections
	 * @param migration runs Mongock
	 * @param beans the beans that change units ask for
	 */
	MongockStep(ChangeUnitScanner units, String settings, MongockProperties properties, Migration migration,
			ListableBeanFactory beans) {
		this.beans = beans;
		this.units = units;
		this.settings = settings;
		this.properties = properties;
		this.lock = new MongockLock(properties.getLockCollection(), properties.getLockRenewal(),
				properties.getLockWait());
		this.migration = migration;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Phase phase() {
		return Phase.MIGRATE;
	}

	/**
	 * The outline comes last, and only if comparing it is sufficient.
	 */
	@Override
	public String fingerprint() {
		if (this.incomplete) {
			return "incomplete";
		}
		return canBeUpToDate() ? complete() + " " + outline() : complete();
	}

	private String complete() {
		return this.units.fingerprint() + this.settings;
	}

	private String outline() {
		return Fingerprint.of(this.units.outline() + this.settings);
	}

	private boolean canBeUpToDate() {
		return knowsUnits() && this.units.active().stream().noneMatch(ChangeUnitDefinition::runsAlways);
	}

	private boolean knowsUnits() {
		return !this.units.active().isEmpty();
	}

	/**
	 * Class files are read only if the outline has changed.
	 */
	@Override
	public boolean isUpToDate(String recorded) {
		int end = recorded.indexOf(' ');
		return end > 0 && (recorded.substring(end + 1).equals(outline())
				|| (recorded.substring(0, end).equals(complete()) && canBeUpToDate()));
	}

	@Override
	public Optional<Ledger> ledger() {
		return Optional.of(new Ledger(null, this.properties.getChangeLogCollection(), "timestamp", List.of("state")));
	}

	@Override
	public void inspect(StepContext stepContext) {
		ToolContext context = ToolContext.of(stepContext);
		report(context, read(context));
	}

	private ChangeLog read(ToolContext context) {
		return ChangeLog
			.read(context.unwrap(MongoDatabase.class).getCollection(this.properties.getChangeLogCollection()));
	}

	private void report(ToolContext context, ChangeLog log) {
		context.versions(log.versions(this.units.active()));
		this.units.active()
			.stream()
			.filter(ChangeUnitDefinition::runsAlways)
			.forEach((unit) -> context
				.limitation("Change unit '%s' runs at every start, so that no start has nothing to do"
					.formatted(unit.className())));
		if (!knowsUnits()) {
			context.limitation("The change units of the application's Mongock were not found, so that it runs at "
					+ "every start: name their packages with 'db-init.mongock.packages'");
		}
	}

	@Override
	public List<PlannedChange> plan(StepContext stepContext) {
		if (!knowsUnits()) {
			return List
				.of(new PlannedChange(io.dbinit.Change.migrate(NAME, "the application's Mongock applies what is due")));
		}
		return read(ToolContext.of(stepContext)).due(this.units.active())
			.stream()
			.map((change) -> new PlannedChange(
					io.dbinit.Change.migrate(change.id(), "change unit '" + change.id() + "'")))
			.toList();
	}

	@Override
	public List<PlannedChange> planRollback(StepContext stepContext, RollbackTarget target) {
		return rollback(ToolContext.of(stepContext)).plan(target);
	}

	@Override
	public void rollBack(StepContext stepContext, RollbackTarget target) throws Exception {
		ToolContext context = ToolContext.of(stepContext);
		rollback(context).run(target);
		context.versions(read(context).versions(this.units.active()));
	}

	private ChangeUnitRollback rollback(ToolContext context) {
		return new ChangeUnitRollback(context, this.units.active(), this.properties.getChangeLogCollection(),
				this.beans);
	}

	@Override
	public void migrate(StepContext context, String version) throws Exception {
		throw new InitializationException("Mongock cannot be told where to stop",
				"Leave '--to' out, or leave '%s' out. Nothing was changed.".formatted(name()), null);
	}

	@Override
	public void run(StepContext stepContext) throws Exception {
		ToolContext context = ToolContext.of(stepContext);
		this.incomplete = false;
		MongoCollection<Document> locks = context.unwrap(MongoDatabase.class)
			.getCollection(this.properties.getLockCollection());
		rollback(context).complete();
		boolean leftByUs = context.inDoubt().contains(Migration.RUN);
		ChangeLog before = read(context);
		if (knowsUnits() && before.due(this.units.active()).isEmpty()) {
			this.lock.clearOurs(context, locks, leftByUs);
			return;
		}
		this.lock.clear(context, locks, leftByUs);
		this.migration.run(context);
		context.checkLock();
		ChangeLog after = read(context);
		report(context, after);
		finish(context, after.due(this.units.active()).stream().filter((change) -> !change.runAlways()).toList());
	}

	/**
	 * Mongock goes on after the failure of a unit that may fail, and tries it again at
	 * the next start.
	 */
	private void finish(ToolContext context, List<Change> missing) {
		this.incomplete = !missing.isEmpty();
		missing.forEach((change) -> context.limitation(
				"Change unit '%s' failed. As it is not 'failFast', the run continued; the unit is tried again at the next start"
					.formatted(change.id())));
	}

	/**
	 * Return the failure of a change unit, with the state in which it left the database.
	 */
	static InitializationException failure(String change, String state, Throwable cause) {
		String failed = change.isEmpty() ? "Mongock" : "Change unit '" + change + "'";
		String action = (cause instanceof InitializationException known) ? known.getAction()
				: "Correct the change unit and start again: those that are applied are not repeated.";
		return new InitializationException("%s failed: %s%s".formatted(failed, rootMessage(cause), state), action,
				cause);
	}

	private static String rootMessage(Throwable cause) {
		Throwable root = Causes.root(cause);
		String message = (root.getMessage() != null) ? root.getMessage() : root.toString();
		return StringUtils.trimTrailingCharacter(message.strip(), '.');
	}

}
