package io.dbinit.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import io.dbinit.benchmark.Measurements.Count;
import io.dbinit.benchmark.Measurements.Kind;

/**
 * Writes what was measured as tables.
 */
final class Results {

	private static final Path FILE = Path.of("../docs/results/benchmarks.md");

	private static final String HEAD = """
			# Duration of a start

			Written by the benchmark itself: `./mvnw -Pbenchmarks -pl initializer-autoconfigure test`. Nothing here was edited by hand. How the start that
			has nothing to do works is in [the guide](../guides/fast-start.md).

			""";

	private static final String METHOD = """

			## Method

			The same small Spring Boot service without a web server, each time in a new JVM with default options, from
			plain JARs on the class path; it differs in the JARs of the tool alone. The contenders take turns in each
			round, and none is always first. Each migration has its own file (its own class for change
			units); each of the SQL ones creates the same table.

			- **Work**: from the refreshed application context until the service is ready. The beans of the tool and of
			  the client that it uses (data source with its pool, MongoDB client) are created in this time, for all
			  contenders alike: it holds the connection, the tool's own set-up and all that it does.
			- **Start**: from the launch of the JVM until the service is ready.
			- **Bare**: the same service without a tool, which takes a connection out of its pool and executes one
			  `SELECT 1` (MongoDB: one `find`).

			Times are in milliseconds: the median and, in brackets, the least and the most.
			""";

	private final Measurements measurements;

	private final List<Integer> counts;

	private final int rounds;

	private final StringBuilder text = new StringBuilder();

	Results(Measurements measurements, List<Integer> counts, int rounds) {
		this.measurements = measurements;
		this.counts = counts;
		this.rounds = rounds;
	}

	void write() throws IOException {
		this.text.append(HEAD).append(machine()).append(METHOD);
		this.text.append("\n## The aims\n\n").append(new Aims(this.measurements, this.counts).text());
		write("PostgreSQL", true);
		write("MongoDB", false);
		Files.createDirectories(FILE.getParent());
		Files.writeString(FILE, this.text);
	}

	private String machine() {
		List<String> lines = new ArrayList<>();
		lines.add("%s, %d rounds".formatted(LocalDate.now(), this.rounds));
		lines.add("Machine: " + Machine.description());
		lines.add("Java " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
		lines.add(Machine.libraries());
		lines.add("PostgreSQL " + Site.PostgreSql.version() + "; on the same machine, without fsync");
		lines.add("MongoDB: " + Site.MongoDbSite.version());
		return lines.stream().collect(Collectors.joining("\n- ", "- ", "\n"));
	}

	private void write(String title, boolean sql) {
		List<Contender> all = Contender.all(sql);
		List<Contender> tools = all.stream().filter((contender) -> !contender.isBare()).toList();
		this.text.append("\n## ").append(title).append('\n');
		table("Nothing to do: work in a new JVM", all,
				(contender, count) -> this.measurements.work(Kind.NOTHING_TO_DO, contender, count).toString());
		table("The same over the bare one: medians, and how many times the initializer's", tools, this::over);
		table("Nothing to do: start, over the bare one: medians", tools,
				(contender, count) -> Times
					.format(this.measurements.ready(Kind.NOTHING_TO_DO, contender, count).median()
							- this.measurements.ready(Kind.NOTHING_TO_DO, contender.bare(), count).median()));
		table("Nothing to do: start", all,
				(contender, count) -> this.measurements.ready(Kind.NOTHING_TO_DO, contender, count).toString());
		table("Nothing to do: work repeated in the same JVM", all,
				(contender, count) -> this.measurements.repeated(contender, count).toString());
		counts(all, sql ? "statements that the server executed" : "commands that the client sent");
		table("First start, with everything to do: work in a new JVM", all,
				(contender, count) -> this.measurements.work(Kind.FIRST, contender, count).toString());
		replicas(all);
	}

	private String over(Contender contender, int count) {
		double over = Aims.over(this.measurements, contender, count);
		Contender ours = contender.isSql() ? Contender.OURS : Contender.OURS_MONGODB;
		double oursOver = Aims.over(this.measurements, ours, count);
		return Times.format(over)
				+ ((contender == ours || oursOver <= 0) ? "" : " (%s×)".formatted(Times.format(over / oursOver)));
	}

	private void table(String title, List<Contender> contenders, BiFunction<Contender, Integer, String> cell) {
		this.text.append("\n### ").append(title).append("\n\n| Migrations |");
		this.counts.forEach((count) -> this.text.append(" %,d |".formatted(count)));
		this.text.append("\n|---|").append("---:|".repeat(this.counts.size())).append('\n');
		for (Contender contender : contenders) {
			this.text.append("| ").append(contender.title()).append(" |");
			this.counts.forEach((count) -> this.text.append(" %s |".formatted(cell.apply(contender, count))));
			this.text.append('\n');
		}
	}

	private void counts(List<Contender> contenders, String calls) {
		this.text.append("\n### Nothing to do: classes loaded, and ").append(calls).append("\n\n");
		this.text.append("All classes; those of `liquibase`, `org.flywaydb` and `io.mongock`; ").append(calls);
		this.text.append(", with those of the driver and of the pool.\n\n| Migrations |");
		this.counts.forEach((count) -> this.text.append(" %,d |".formatted(count)));
		this.text.append("\n|---|").append("---:|".repeat(this.counts.size())).append('\n');
		for (Contender contender : contenders) {
			this.text.append("| ").append(contender.title()).append(" |");
			this.counts.forEach((count) -> this.text.append(" %s |".formatted(count(contender, count))));
			this.text.append('\n');
		}
	}

	private String count(Contender contender, int count) {
		Count counted = this.measurements.count(contender, count);
		return "%,d; %,d; %,d".formatted(counted.classes().names().size(),
				counted.classes().of("liquibase", "org.flywaydb", "io.mongock").size(), counted.calls().size());
	}

	private void replicas(List<Contender> contenders) {
		this.text.append("""

				### %d replicas at once on an empty database, 100 migrations

				From the launch of the first JVM until the last service is ready. Those that failed are not waited for.

				| | Time | Replicas that failed |
				|---|---:|---:|
				""".formatted(StartBenchmark.REPLICAS));
		contenders.forEach((contender) -> this.text.append("| ")
			.append(contender.title())
			.append(" | ")
			.append(this.measurements.has(Kind.REPLICAS, contender, 100)
					? this.measurements.lastReplica(contender, 100).toString() : "")
			.append(" | ")
			.append(this.measurements.failedReplicas(contender))
			.append(" |\n"));
	}

}
