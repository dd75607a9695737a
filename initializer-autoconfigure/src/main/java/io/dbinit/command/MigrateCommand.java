package io.dbinit.command;

import io.dbinit.DelegatingStep;
import io.dbinit.Initializer;
import io.dbinit.MigrationStep;
import io.dbinit.Phase;
import io.dbinit.StepContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Applies pending migrations, and nothing else.
 */
@Command(name = "migrate", description = "Applies the pending migrations, and nothing else.",
		footer = { "", "Examples:", "  java -jar app.jar db-init migrate",
				"  java -jar app.jar db-init migrate --to=2026-11-add-roles" })
final class MigrateCommand extends AbstractCommand {

	@Mixin
	private final SelectionOptions selection = new SelectionOptions();

	@Option(names = "--to", paramLabel = "VERSION",
			description = { "The last migration to apply: a changeset or a tag of Liquibase, a version of Flyway.",
					"The others stay pending, and the next start applies them." })
	private @Nullable String version;

	@Override
	int run(Initializer initializer, Output output) {
		output.report(initializer.select(selection(initializer)).run("command"));
		return ExitCode.DONE;
	}

	private Selection selection(Initializer initializer) {
		String version = this.version;
		if (version == null) {
			this.selection.validate(initializer);
			return (database,
					step) -> step.phase() == Phase.BACKUP
							|| (step.phase() == Phase.MIGRATE && this.selection.isSelected(database, step)) ? step
									: null;
		}
		SelectionOptions.Tool tool = this.selection.tool(initializer);
		return (database, step) -> {
			if (step.phase() == Phase.BACKUP) {
				return step;
			}
			return tool.is(database, step) ? new ToVersion((MigrationStep) step, version) : null;
		};
	}

	/**
	 * Stops at a version.
	 */
	private static final class ToVersion extends DelegatingStep {

		private final MigrationStep step;

		private final String version;

		ToVersion(MigrationStep step, String version) {
			super(step);
			this.step = step;
			this.version = version;
		}

		@Override
		public void run(StepContext context) throws Exception {
			this.step.migrate(context, this.version);
		}

	}

}
