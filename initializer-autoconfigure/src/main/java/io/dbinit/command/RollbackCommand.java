package io.dbinit.command;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.DelegatingStep;
import io.dbinit.Initializer;
import io.dbinit.MigrationStep;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.Report.RunReport;
import io.dbinit.RollbackTarget;
import io.dbinit.StepContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Undoes migrations.
 */
@Command(name = "rollback", description = {
		"Undoes the newest migrations of one tool: by Liquibase's inverses, or the rollback methods of change units.",
		"If one of them has no inverse, nothing is undone. The next start of a release that has them applies them again." },
		footer = { "", "Examples:", "  java -jar app.jar db-init rollback --count=1 --dry-run",
				"  java -jar app.jar db-init rollback --to=add-roles --database=jdbc" })
final class RollbackCommand extends AbstractCommand {

	private static final int RUNS = 1000;

	@Mixin
	private final SelectionOptions selection = new SelectionOptions();

	@ArgGroup(multiplicity = "1")
	private Target target = new Target();

	@Option(names = "--dry-run", description = "Shows what would be done, and changes nothing.")
	private boolean dryRun;

	@Mixin
	private final Consent consent = new Consent();

	@Override
	int run(Initializer initializer, Output output) {
		SelectionOptions.Tool tool = this.selection.tool(initializer);
		RollbackTarget target = this.target.read(initializer, tool);
		Initializer part = initializer.select((Selection) (database, step) -> {
			if (step.phase() == Phase.BACKUP) {
				return step;
			}
			return tool.is(database, step) ? new Undo((MigrationStep) step, target) : null;
		});
		if (this.dryRun) {
			output.plan(part.plan(), true);
			return ExitCode.DONE;
		}
		this.consent.require(initializer, tool.database(),
				"migrations are undone, and the data that they have added is lost");
		output.report(part.run("command"));
		return ExitCode.DONE;
	}

	/**
	 * The migrations to undo.
	 */
	private static final class Target {

		@Option(names = "--count", paramLabel = "N", description = "The newest N migrations.")
		private @Nullable Integer count;

		@Option(names = "--to", paramLabel = "ID", description = "Those after this one, which stays.")
		private @Nullable String id;

		@Option(names = "--tag", paramLabel = "TAG", description = "Those after this tag of Liquibase.")
		private @Nullable String tag;

		@Option(names = "--run", paramLabel = "RUN", description = "Those that this run has applied.")
		private @Nullable String run;

		RollbackTarget read(Initializer initializer, SelectionOptions.Tool tool) {
			if (this.count != null) {
				if (this.count < 1) {
					throw new IllegalArgumentException("'--count' must be at least 1");
				}
				return RollbackTarget.count(this.count);
			}
			if (this.id != null) {
				return RollbackTarget.to(this.id);
			}
			return (this.tag != null) ? RollbackTarget.tag(this.tag)
					: RollbackTarget.run(applied(initializer, tool, String.valueOf(this.run)));
		}

		private static Set<String> applied(Initializer initializer, SelectionOptions.Tool tool, String id) {
			RunReport run = initializer.history(tool.database(), RUNS)
				.stream()
				.filter((candidate) -> candidate.id().startsWith(id))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException(
						"'%s' does not remember a run '%s'".formatted(tool.database(), id)));
			Set<String> changes = run.steps()
				.stream()
				.filter((step) -> step.name().equals(tool.step()))
				.flatMap((step) -> step.changeTexts().stream())
				.map(Target::name)
				.collect(Collectors.toSet());
			if (changes.isEmpty()) {
				throw new IllegalArgumentException("Run '%s' has applied no migration of %s".formatted(run.id(), tool));
			}
			return changes;
		}

		/**
		 * Return the name in a text like {@code changeset file::id::author} or
		 * {@code change unit 'id'}.
		 */
		private static String name(String change) {
			return change.replaceFirst("^(marked as ran: )?changeset ", "").replaceFirst("^change unit '(.*)'$", "$1");
		}

	}

	/**
	 * Undoes in place of applying.
	 */
	private static final class Undo extends DelegatingStep {

		private final MigrationStep step;

		private final RollbackTarget target;

		Undo(MigrationStep step, RollbackTarget target) {
			super(step);
			this.step = step;
			this.target = target;
		}

		/**
		 * No record is like that, so that the next start looks anew.
		 */
		@Override
		public String fingerprint() {
			return "rolled back";
		}

		@Override
		public boolean isUpToDate(String recorded) {
			return false;
		}

		@Override
		public void inspect(StepContext context) throws Exception {
			this.step.planRollback(context, this.target);
		}

		@Override
		public List<PlannedChange> plan(StepContext context) throws Exception {
			return this.step.planRollback(context, this.target);
		}

		@Override
		public void run(StepContext context) throws Exception {
			this.step.rollBack(context, this.target);
		}

	}

}
