package io.dbinit.command;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import picocli.CommandLine.Command;

/**
 * Compares the databases with their declarations.
 */
@Command(name = "verify",
		description = { "Compares the databases with their declarations, without a lock and without a write.",
				"Ends with 2 if a step is pending or something differs." },
		footer = { "", "Example: java -jar app.jar db-init verify --json" })
final class VerifyCommand extends AbstractCommand {

	@Override
	int run(Initializer initializer, Output output) {
		try {
			output.report(initializer.verify());
			return ExitCode.DONE;
		}
		catch (InitializationException ex) {
			output.report(initializer.report());
			boolean read = initializer.report().databases().stream().allMatch((database) -> database.product() != null);
			if (!read) {
				throw ex;
			}
			return ExitCode.PENDING;
		}
	}

}
