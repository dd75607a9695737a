package io.dbinit.command;

import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.dbinit.DatabaseStatus;
import io.dbinit.MigrationVersions;
import io.dbinit.PlannedChange;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import io.dbinit.transfer.Backups;
import io.dbinit.transfer.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The result of a command on standard output: tables, or one JSON document.
 */
final class Output {

	private final PrintStream out;

	private final boolean json;

	Output(PrintStream out, boolean json) {
		this.out = out;
		this.json = json;
	}

	void line(@Nullable String text) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.field("message", text));
		}
		else {
			this.out.println(Objects.requireNonNullElse(text, ""));
		}
	}

	void report(Report report) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.report(report));
			return;
		}
		List<String[]> rows = new ArrayList<>();
		for (DatabaseReport database : report.databases()) {
			database.steps()
				.forEach((step) -> rows.add(new String[] { database.name(), step.name(), step.outcome().name(),
						time(step.duration()), changes(step) }));
		}
		table(List.of("Database", "Step", "Outcome", "Time", "Changes"), rows);
		for (DatabaseReport database : report.databases()) {
			database.mismatches()
				.forEach((mismatch) -> this.out.println("'%s': %s".formatted(database.name(), mismatch)));
			database.limitations()
				.forEach((limitation) -> this.out.println("'%s': %s".formatted(database.name(), limitation)));
		}
		this.out.println(Objects.requireNonNullElse(report.message(), report.state().name()));
	}

	/**
	 * Show the changes that are planned.
	 * @param report the report of the plan
	 * @param statements whether to show their statements
	 */
	void plan(Report report, boolean statements) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.report(report));
			return;
		}
		each(report, (database, step, change) -> {
			this.out.println("%s, %s: %s%s".formatted(database, step, change.change(),
					(change.reason() != null) ? " (" + change.reason() + ")" : ""));
			change.warnings()
				.forEach((warning) -> this.out.println("    %s: %s".formatted(warning.risk(), warning.text())));
			if (statements) {
				change.statements().forEach((statement) -> this.out.println(statement.indent(4).stripTrailing()));
			}
		});
		this.out.println(Objects.requireNonNullElse(report.message(), report.state().name()));
	}

	/**
	 * Show the planned changes that have warnings.
	 * @param report the report of the plan
	 */
	void warnings(Report report) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.report(report));
			return;
		}
		int[] warnings = new int[1];
		each(report, (database, step, change) -> change.warnings().forEach((warning) -> {
			warnings[0]++;
			this.out.println(
					"%s, %s, %s: %s: %s".formatted(database, step, change.change(), warning.risk(), warning.text()));
		}));
		this.out.println((warnings[0] == 1) ? "1 warning" : warnings[0] + " warnings");
	}

	private static void each(Report report, PlanVisitor visitor) {
		report.databases()
			.forEach((database) -> database.plan()
				.forEach((step, changes) -> changes.forEach((change) -> visitor.visit(database.name(), step, change))));
	}

	void status(List<DatabaseStatus> databases) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.status(databases));
			return;
		}
		List<String[]> rows = new ArrayList<>();
		for (DatabaseStatus database : databases) {
			rows.add(new String[] { database.name(), database.marker().product(), state(database),
					Objects.requireNonNullElse(database.marker().environment(), ""), versions(database),
					String.join(", ", database.pending()),
					(database.holder() != null) ? database.holder().toString() : "" });
		}
		table(List.of("Database", "Product", "State", "Environment", "Versions", "Pending", "Lock"), rows);
		for (DatabaseStatus database : databases) {
			if (database.error() != null) {
				this.out.println("'%s': %s".formatted(database.name(), database.error()));
			}
			database.limitations()
				.forEach((limitation) -> this.out.println("'%s': %s".formatted(database.name(), limitation)));
		}
		history(databases);
	}

	private static String state(DatabaseStatus database) {
		return (database.error() != null) ? "unreachable" : database.complete() ? "complete" : "pending";
	}

	private static String versions(DatabaseStatus database) {
		List<String> versions = new ArrayList<>();
		database.marker().versions().forEach((tool, version) -> versions.add(tool + " " + version(version)));
		return String.join(", ", versions);
	}

	private static String version(MigrationVersions version) {
		return Objects.requireNonNullElse(version.current(), "none")
				+ ((version.pending() > 0) ? " (%d pending)".formatted(version.pending()) : "");
	}

	void backups(List<Manifest> backups, Backups store) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.backups(backups, store));
			return;
		}
		List<String[]> rows = new ArrayList<>();
		for (Manifest backup : backups) {
			rows.add(new String[] { backup.database(), backup.name(),
					backup.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(), Backups.text(store.size(backup)),
					backup.product(), Objects.requireNonNullElse(backup.environment(), ""),
					store.directory(backup).toString() });
		}
		if (rows.isEmpty()) {
			this.out.println("There is no backup");
		}
		else {
			table(List.of("Database", "Backup", "Made", "Size", "Product", "Environment", "Directory"), rows);
		}
	}

	void history(List<DatabaseStatus> databases) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.status(databases));
			return;
		}
		List<String[]> rows = new ArrayList<>();
		for (DatabaseStatus database : databases) {
			database.runs()
				.forEach((run) -> rows.add(new String[] { database.name(), run.id().substring(0, 8),
						run.startedAt().truncatedTo(ChronoUnit.SECONDS).toString(), run.outcome().name(),
						time(run.duration()), run.host(), run.application(), String.valueOf(count(run)) }));
		}
		if (!rows.isEmpty()) {
			table(List.of("Database", "Run", "Started", "Outcome", "Time", "Host", "Application", "Changes"), rows);
		}
	}

	private static int count(RunReport run) {
		return run.steps().stream().mapToInt((step) -> step.changes().size()).sum();
	}

	void run(String database, RunReport run) {
		if (this.json) {
			JsonOutput.write(this.out, (document) -> document.run(database, run));
			return;
		}
		this.out.println("Run %s on '%s': %s, %s, %s on %s".formatted(run.id(), database, run.outcome(),
				run.startedAt(), run.application(), run.host()));
		List<String[]> rows = new ArrayList<>();
		for (StepReport step : run.steps()) {
			rows.add(new String[] { step.name(), step.outcome().name(), time(step.duration()), changes(step),
					Objects.requireNonNullElse(step.error(), "") });
		}
		table(List.of("Step", "Outcome", "Time", "Changes", "Error"), rows);
		if (run.error() != null) {
			this.out.println(run.error());
		}
	}

	private static String changes(StepReport step) {
		return String.join("\n", step.changeTexts());
	}

	private static String time(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() + " ms" : "";
	}

	private void table(List<String> headers, List<String[]> rows) {
		List<Column> columns = headers.stream()
			.map((header) -> new Column().header(header)
				.headerAlign(HorizontalAlign.LEFT)
				.dataAlign(HorizontalAlign.LEFT)
				.maxWidth(60))
			.toList();
		this.out.println(AsciiTable.getTable(AsciiTable.NO_BORDERS, columns.toArray(Column[]::new),
				rows.toArray(String[][]::new)));
	}

	/**
	 * Visits planned changes.
	 */
	@FunctionalInterface
	private interface PlanVisitor {

		void visit(String database, String step, PlannedChange change);

	}

}
