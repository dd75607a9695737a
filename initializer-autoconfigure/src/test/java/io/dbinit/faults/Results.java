package io.dbinit.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.dbinit.faults.ServiceProcess.StuckException;

/**
 * What the suite counted, written to a file after each class.
 */
final class Results {

	private static final Path FILE = Path.of(System.getProperty("db-init.faults.results", "target/faults/results.md"));

	private static final Map<String, Row> rows = Collections.synchronizedMap(new TreeMap<>());

	private static final Map<Kind, String> versions = new TreeMap<>();

	private static final Map<String, String> skipped = Collections.synchronizedMap(new LinkedHashMap<>());

	private Results() {
	}

	/**
	 * Return the row of a scenario on a kind of database.
	 */
	static Row row(String scenario, Kind kind) {
		synchronized (versions) {
			versions.computeIfAbsent(kind, Kind::version);
		}
		return rows.computeIfAbsent(scenario + " | " + kind.title(), (key) -> new Row(scenario, kind.title()));
	}

	static void skipped(String what, String reason) {
		skipped.put(what, reason);
	}

	static synchronized void write() {
		StringBuilder text = new StringBuilder(
				"""
						# Results of the fault suite

						Written by the suite itself, with `./mvnw -Pfaults`. The scenarios, and how to read this page, are described in
						[the guide](../guides/faults.md).

						"""
					.stripIndent());
		text.append("- %s, %d rounds%n".formatted(LocalDate.now(), Faults.rounds()));
		text.append("- Java %s, %s %s, %d processors%n".formatted(Runtime.version(), System.getProperty("os.name"),
				System.getProperty("os.version"), Runtime.getRuntime().availableProcessors()));
		versions.forEach((kind, version) -> text.append("- %s: %s%n".formatted(kind.title(), version)));
		text.append(total());
		table(text);
		times(text);
		if (!skipped.isEmpty()) {
			text.append("\n## Skipped\n\n");
			skipped.forEach((what, reason) -> text.append("- %s: %s%n".formatted(what, reason)));
		}
		try {
			Files.createDirectories(FILE.toAbsolutePath().getParent());
			Files.writeString(FILE, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String total() {
		Row total = new Row("", "");
		rows.values().forEach(total::add);
		return """

				In all: **%s processes, %s of them disturbed, %s databases compared: %s complete and equal, %s with something \
				done twice or left, %s with something lost, %s processes stuck, %s failures of any kind.**
				"""
			.stripIndent()
			.formatted(total.processes, total.faults, total.compared, total.converged, total.twice, total.lost,
					total.stuck, total.failures.size());
	}

	private static void table(StringBuilder text) {
		text.append(
				"""

						| Scenario | Database | Processes | Disturbed | Compared | Complete and equal | Done twice | Lost | Stuck | Failures |
						|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
						"""
					.stripIndent());
		rows.values()
			.forEach(
					(row) -> text.append("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n".formatted(row.scenario,
							row.database, row.processes, row.faults, row.compared, row.converged, row.twice, row.lost,
							row.stuck, row.failures.size())));
	}

	private static void times(StringBuilder text) {
		text.append("""

				## Times

				As information: nothing is decided by them.

				| Scenario | Database | From … to | Number | Median | Longest |
				|---|---|---|---:|---:|---:|
				""".stripIndent());
		rows.values().forEach((row) -> row.times.forEach((what, times) -> {
			List<Duration> sorted = times.stream().sorted().toList();
			text.append("| %s | %s | %s | %d | %d ms | %d ms |%n".formatted(row.scenario, row.database, what,
					sorted.size(), sorted.get(sorted.size() / 2).toMillis(), sorted.get(sorted.size() - 1).toMillis()));
		}));
	}

	/**
	 * What was counted in one scenario on one kind of database.
	 */
	static final class Row {

		private final String scenario;

		private final String database;

		private final AtomicInteger processes = new AtomicInteger();

		private final AtomicInteger faults = new AtomicInteger();

		private final AtomicInteger compared = new AtomicInteger();

		private final AtomicInteger converged = new AtomicInteger();

		private final AtomicInteger twice = new AtomicInteger();

		private final AtomicInteger lost = new AtomicInteger();

		private final AtomicInteger stuck = new AtomicInteger();

		private final Map<String, List<Duration>> times = Collections.synchronizedMap(new TreeMap<>());

		private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

		private Row(String scenario, String database) {
			this.scenario = scenario;
			this.database = database;
		}

		private void add(Row other) {
			this.processes.addAndGet(other.processes.get());
			this.faults.addAndGet(other.faults.get());
			this.compared.addAndGet(other.compared.get());
			this.converged.addAndGet(other.converged.get());
			this.twice.addAndGet(other.twice.get());
			this.lost.addAndGet(other.lost.get());
			this.stuck.addAndGet(other.stuck.get());
			this.failures.addAll(other.failures);
		}

		void process() {
			this.processes.incrementAndGet();
		}

		void disturbed() {
			this.faults.incrementAndGet();
		}

		void time(String what, Duration time) {
			this.times.computeIfAbsent(what, (key) -> Collections.synchronizedList(new ArrayList<>())).add(time);
		}

		/**
		 * Note that a scenario came to no end, as a process is stuck or otherwise.
		 */
		void stuck(IllegalStateException ex, ServiceProcess... processes) {
			if (ex instanceof StuckException) {
				this.stuck.incrementAndGet();
			}
			StringWriter trace = new StringWriter();
			ex.printStackTrace(new PrintWriter(trace));
			fail("Came to no end: " + trace, AbstractFaultTests.outputs(processes));
		}

		/**
		 * Compare a database with one on which nothing was disturbed.
		 */
		boolean compare(Snapshot found, Snapshot wanted, String how) {
			this.compared.incrementAndGet();
			List<String> missing = found.missing(wanted);
			List<String> more = wanted.missing(found);
			if (missing.isEmpty() && more.isEmpty()) {
				this.converged.incrementAndGet();
				return true;
			}
			if (!missing.isEmpty()) {
				this.lost.incrementAndGet();
			}
			if (!more.isEmpty()) {
				this.twice.incrementAndGet();
			}
			fail("Missing: " + missing + ", too much: " + more, how);
			return false;
		}

		/**
		 * Note a failure, so that the scenario fails once all of it has been run.
		 */
		void fail(String what, String how) {
			this.failures.add(what + System.lineSeparator() + how);
		}

		List<String> failures() {
			return List.copyOf(this.failures);
		}

	}

}
