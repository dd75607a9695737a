package io.dbinit.command;

import io.dbinit.Initializer;
import io.dbinit.transfer.Backups;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Lists the backups.
 */
@Command(name = "backups", description = "Lists the backups, newest first.",
		footer = { "", "Example: java -jar app.jar db-init backups --json" })
class BackupsCommand extends AbstractCommand {

	private @Nullable Backups backups;

	final void backups(Backups backups) {
		this.backups = backups;
	}

	@Override
	final int run(Initializer initializer, Output output) {
		Backups backups = this.backups;
		if (backups == null) {
			throw new IllegalStateException("The backups are not known");
		}
		return run(initializer, backups, output);
	}

	/**
	 * Run the command.
	 * @param initializer the initializer of the application
	 * @param backups the backups
	 * @param output where the result goes
	 * @return the exit code
	 */
	int run(Initializer initializer, Backups backups, Output output) {
		output.backups(backups.list(), backups);
		return ExitCode.DONE;
	}

}
