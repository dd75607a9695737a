package io.dbinit.command;

import java.util.List;

import io.dbinit.DatabaseStatus;
import io.dbinit.Initializer;
import io.dbinit.Report.RunReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Shows the runs that the databases remember.
 */
@Command(name = "history",
		description = "Shows the runs that did something, newest first, or one of them with its steps.",
		footer = { "", "Example: java -jar app.jar db-init history --limit=20" })
final class HistoryCommand extends AbstractCommand {

	private static final int ALL = 100;

	@Parameters(arity = "0..1", paramLabel = "ID", description = "The id of a run, or its beginning.")
	private @Nullable String id;

	@Option(names = "--limit", paramLabel = "N", description = "The number of runs (10 by default).")
	private int limit = 10;

	@Override
	int run(Initializer initializer, Output output) {
		List<DatabaseStatus> databases = initializer.status((this.id != null) ? ALL : this.limit);
		String id = this.id;
		if (id == null) {
			output.history(databases);
			return ExitCode.DONE;
		}
		boolean found = false;
		for (DatabaseStatus database : databases) {
			for (RunReport run : database.runs()) {
				if (run.id().startsWith(id)) {
					output.run(database.name(), run);
					found = true;
				}
			}
		}
		if (!found) {
			throw new IllegalArgumentException("No database remembers a run '%s'".formatted(id));
		}
		return ExitCode.DONE;
	}

}
