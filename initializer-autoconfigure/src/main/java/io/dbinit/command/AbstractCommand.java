package io.dbinit.command;

import io.dbinit.Initializer;
import picocli.CommandLine.Option;

/**
 * A command that works with the initializer.
 */
abstract class AbstractCommand {

	@Option(names = { "-h", "--help" }, usageHelp = true, description = "Shows this help.")
	private boolean help;

	@Option(names = "--json", description = "Writes one JSON document to standard output.")
	private boolean json;

	final boolean isJson() {
		return this.json;
	}

	/**
	 * Run the command.
	 * @param initializer the initializer of the application
	 * @param output where the result goes
	 * @return the exit code
	 */
	abstract int run(Initializer initializer, Output output);

}
