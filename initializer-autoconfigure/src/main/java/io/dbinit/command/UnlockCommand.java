package io.dbinit.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.dbinit.DatabaseStatus;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.lock.Lease;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Releases the locks of dead processes.
 */
@Command(name = "unlock",
		description = { "Releases a lock whose holder is dead. A start does this by itself, so it is rarely needed.",
				"Ends with 3 if the holder seems to be alive." },
		footer = { "", "Example: java -jar app.jar db-init unlock jdbc" })
final class UnlockCommand extends AbstractCommand {

	@Parameters(arity = "0..*", paramLabel = "DATABASE", description = "The databases, all by default.")
	private List<String> databases = new ArrayList<>();

	@Option(names = "--force", description = {
			"Releases the lock of a holder that seems to be alive. If it is only frozen, it goes on beside the next",
			"holder until its next write is refused." })
	private boolean force;

	@Override
	int run(Initializer initializer, Output output) {
		List<String> names = this.databases.isEmpty()
				? initializer.status(0).stream().map(DatabaseStatus::name).toList() : this.databases;
		try {
			for (String name : names) {
				Optional<Lease> holder = initializer.unlock(name, this.force);
				output.line(
						holder.map((lease) -> "Released the lock of '%s', which was held by %s".formatted(name, lease))
							.orElseGet(() -> "The lock of '%s' is free".formatted(name)));
			}
			return ExitCode.DONE;
		}
		catch (InitializationException ex) {
			output.line(ex.getMessage());
			output.line(ex.getAction());
			return ExitCode.LOCKED;
		}
	}

}
