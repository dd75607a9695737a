package io.dbinit.command;

import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.Initializer;
import io.dbinit.PlannedChange;
import io.dbinit.Report;
import io.dbinit.Report.State;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows what a start would change.
 */
@Command(name = "plan",
		description = { "Shows what a start would change, in its order, without a lock and without a write.",
				"Ends with 2 if something is pending." },
		footer = { "", "Examples:", "  java -jar app.jar db-init plan --sql",
				"  java -jar app.jar db-init plan --lint" })
final class PlanCommand extends AbstractCommand {

	@Option(names = "--sql", description = "Shows the statements and commands.")
	private boolean sql;

	@Option(names = "--lint", description = {
			"Shows only changes with a warning, and ends with 1 if one of them may lose data, block others, or break",
			"releases that are running." })
	private boolean lint;

	@Override
	int run(Initializer initializer, Output output) {
		Report report = initializer.plan();
		if (this.lint) {
			output.warnings(report);
			return risks(report).isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
		}
		output.plan(report, this.sql);
		return (report.state() == State.COMPLETE) ? ExitCode.DONE : ExitCode.PENDING;
	}

	private static Set<PlannedChange.Risk> risks(Report report) {
		return report.databases()
			.stream()
			.flatMap((database) -> database.plan().values().stream())
			.flatMap((changes) -> changes.stream())
			.flatMap((change) -> change.warnings().stream())
			.map(PlannedChange.Warning::risk)
			.filter((risk) -> risk != PlannedChange.Risk.MAY_FAIL)
			.collect(Collectors.toSet());
	}

}
