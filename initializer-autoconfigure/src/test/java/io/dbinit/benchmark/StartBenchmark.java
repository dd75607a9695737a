package io.dbinit.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.dbinit.benchmark.Measurements.Count;
import io.dbinit.benchmark.Measurements.Kind;
import io.dbinit.benchmark.Service.Start;
import io.dbinit.benchmark.app.BenchmarkApplication;
import io.dbinit.benchmark.app.Commands;
import org.junit.jupiter.api.Test;

/**
 * Measures starts of all contenders, turn and turn about, and writes the results.
 */
class StartBenchmark {

	private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);

	private static final int FIRST_STARTS = Math.min(ROUNDS, 2);

	private static final int REPETITIONS = 20;

	private static final int MANY = 1000;

	static final int REPLICAS = Integer.getInteger("benchmark.replicas", 20);

	private static final int MIGRATIONS_OF_REPLICAS = 100;

	private static final List<Integer> COUNTS = Stream
		.of(System.getProperty("benchmark.counts", "10,100,1000,5000").split(","))
		.map(Integer::valueOf)
		.toList();

	private final Measurements measurements = new Measurements();

	private final Map<String, Site> sites = new HashMap<>();

	@Test
	void measure() throws IOException {
		List<Contender> contenders = Stream.of(Contender.values()).toList();
		for (int count : COUNTS) {
			int times = (count >= MANY) ? 1 : FIRST_STARTS;
			turns(contenders, times, (contender) -> first(contender, count));
			contenders.forEach((contender) -> count(contender, count));
		}
		for (int round = 0; round < ROUNDS; round++) {
			COUNTS.forEach((count) -> turns(contenders, 1, (contender) -> again(contender, count)));
		}
		this.sites.values().forEach(Site::drop);
		turns(contenders, 1, this::replicas);
		new Results(this.measurements, COUNTS, ROUNDS).write();
	}

	/**
	 * Each time begins with another one, so that none is always first.
	 */
	private void turns(List<Contender> contenders, int times, Turn turn) {
		List<Contender> order = new ArrayList<>(contenders);
		for (int time = 0; time < times; time++) {
			order.forEach(turn::take);
			Collections.rotate(order, 1);
		}
	}

	private void first(Contender contender, int count) {
		Site site = Site.create(contender.isSql());
		Site before = this.sites.put(contender.name() + count, site);
		if (before != null) {
			before.drop();
		}
		Start start = Service.start(contender, count, List.of(), site.arguments()).await();
		this.measurements.add(Kind.FIRST, contender, count, start);
		print("first", contender, count, start);
	}

	private void again(Contender contender, int count) {
		Start start = Service
			.start(contender, count, List.of("-D" + BenchmarkApplication.REPETITIONS + "=" + repetitions(count)),
					this.sites.get(contender.name() + count).arguments())
			.await();
		this.measurements.add(Kind.NOTHING_TO_DO, contender, count, start);
		print("nothing to do", contender, count, start);
	}

	/**
	 * Some tools take seconds for many migrations, even if there is nothing to do.
	 */
	private static int repetitions(int count) {
		return (count >= MANY) ? 2 : REPETITIONS;
	}

	private void count(Contender contender, int count) {
		Path classes = Path.of("target/benchmark/classes-%s-%d.txt".formatted(contender.name(), count))
			.toAbsolutePath();
		Site site = this.sites.get(contender.name() + count);
		List<String> jvm = new ArrayList<>(List.of(LoadedClasses.option(classes)));
		if (site instanceof Site.PostgreSql postgreSql) {
			postgreSql.forgetStatements();
		}
		else {
			jvm.add("-D" + BenchmarkApplication.MORE + "=" + Commands.class.getName());
		}
		List<String> arguments = new ArrayList<>(site.arguments());
		// Else the pool opens further connections meanwhile, now more and now fewer
		arguments.add("--spring.datasource.hikari.minimum-idle=0");
		Service service = Service.start(contender, count, jvm, arguments);
		service.await();
		List<String> calls = (site instanceof Site.PostgreSql postgreSql) ? postgreSql.calls()
				: service.lines(Commands.COMMAND);
		this.measurements.add(contender, count, new Count(LoadedClasses.read(classes), calls));
	}

	private void replicas(Contender contender) {
		Site site = Site.create(contender.isSql());
		List<Service> services = IntStream.range(0, REPLICAS)
			.mapToObj(
					(index) -> Service.start(contender, MIGRATIONS_OF_REPLICAS, List.of("-Xmx256m"), site.arguments()))
			.toList();
		List<Start> starts = services.stream().map(Service::end).flatMap(Optional::stream).toList();
		int failed = REPLICAS - starts.size();
		System.out.printf("replicas, %s: %d failed%n", contender.name(), failed);
		this.measurements.add(contender, MIGRATIONS_OF_REPLICAS, starts, failed);
		site.drop();
	}

	private static void print(String what, Contender contender, int count, Start start) {
		System.out.printf("%s, %s, %d: %.1f ms of %.1f ms%n", what, contender.name(), count, start.work() / 1000.0,
				start.ready() / 1000.0);
	}

	private interface Turn {

		void take(Contender contender);

	}

}
