package io.dbinit.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Prints a script that completes commands and options. Needs no application.
 */
@Command(name = "completion", description = "Prints a script for the completion of a shell.",
		footer = { "", "Example: source <(java -jar app.jar db-init completion bash)" })
final class CompletionCommand {

	/** The script is the same for both. */
	enum Shell {

		bash, zsh

	}

	@Parameters(description = "${COMPLETION-CANDIDATES}")
	private Shell shell = Shell.bash;

}
