package io.dbinit.command;

import java.util.stream.Collectors;

import io.dbinit.DatabaseStatus;
import io.dbinit.Initializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Drops the data of the databases, and sets them up again.
 */
@Command(name = "reset", description = {
		"Drops everything in the databases, and sets them up again. Only in development and tests, and only where the",
		"database itself says so." }, footer = { "", "Example: java -jar app.jar db-init reset --yes" })
final class ResetCommand extends AbstractCommand {

	@Mixin
	private final Consent consent = new Consent();

	@Override
	int run(Initializer initializer, Output output) {
		String names = initializer.status(0).stream().map(DatabaseStatus::name).collect(Collectors.joining("', '"));
		this.consent.require("'%s' (environment '%s'): everything in them is dropped".formatted(names,
				initializer.environment().name()));
		output.report(initializer.reset());
		return ExitCode.DONE;
	}

}
