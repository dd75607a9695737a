package io.dbinit.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command without a subcommand, which shows its usage.
 */
@Command(name = CommandRunListener.NAME, description = "Sets up, verifies and shows the databases of the application.",
		exitCodeListHeading = "%nExit codes:%n",
		exitCodeList = { "0:done", "1:failed", "2:pending, or different from the declarations",
				"3:the lock was not obtained", "4:invalid definition or property, or not allowed", "64:usage" },
		synopsisSubcommandLabel = "<command>",
		footer = { "", "Properties of the application can be added: --spring.profiles.active=production" })
final class DbInitCommand {

	@Option(names = { "-h", "--help" }, usageHelp = true, description = "Shows this help.")
	private boolean help;

}
