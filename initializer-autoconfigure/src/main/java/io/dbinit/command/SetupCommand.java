package io.dbinit.command;

import io.dbinit.Initializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes the databases complete, as a start does.
 */
@Command(name = "setup", description = "Makes the databases complete, as a start of the application does.",
		footer = { "", "Example: java -jar app.jar db-init setup" })
final class SetupCommand extends AbstractCommand {

	@Option(names = "--force",
			description = {
					"Does again what the records say is done, except for seeds that are applied once and for all.",
					"Rows that were deleted by hand come back if their seed has them." })
	private boolean force;

	@Override
	int run(Initializer initializer, Output output) {
		Selection again = (database, step) -> Again.unlessOnce(step);
		output.report((this.force ? initializer.select(again) : initializer).run("command"));
		return ExitCode.DONE;
	}

}
