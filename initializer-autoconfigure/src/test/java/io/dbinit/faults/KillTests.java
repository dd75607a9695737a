package io.dbinit.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.dbinit.faults.Results.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process that works is killed: at each event of a run, at random moments, several
 * times in a row, and while another one waits. The next one finishes.
 */
class KillTests extends AbstractFaultTests {

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2", "MONGODB" })
	void killedAtAnEvent(Kind kind) {
		Row row = Results.row("2. Killed before or after a statement", kind);
		List<Runnable> kills = new ArrayList<>();
		for (long event : Faults.spread(2 * Faults.rounds(), undisturbed(kind).events())) {
			kills.add(() -> killAt(row, kind, event));
		}
		run(kills);
		succeed(row);
	}

	private static void killAt(Row row, Kind kind, long event) {
		Site site = kind.create();
		try (ServiceProcess process = start(row, site, "-Dfaults.at=" + event)) {
			if (process.await("AT ").isPresent()) {
				process.signal("KILL");
				row.disturbed();
			}
			process.ended();
			converge(row, site, process);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2", "MONGODB" })
	void killedAtARandomMoment(Kind kind) {
		Row row = Results.row("2. Killed at random moments, up to three times", kind);
		Random random = new Random(kind.ordinal());
		List<Runnable> kills = new ArrayList<>();
		for (int i = 0; i < Faults.rounds(); i++) {
			int times = 1 + i % 3;
			long[] moments = random.longs(times, 0, 1 + undisturbed(kind).millis()).toArray();
			kills.add(() -> killAfter(row, kind, moments));
		}
		run(kills);
		succeed(row);
	}

	private static void killAfter(Row row, Kind kind, long[] moments) {
		Site site = kind.create();
		List<ServiceProcess> killed = new ArrayList<>();
		for (long moment : moments) {
			ServiceProcess process = start(row, site);
			killed.add(process);
			process.await("STARTED");
			sleep(moment);
			if (process.isAlive()) {
				process.signal("KILL");
				row.disturbed();
			}
			process.ended();
		}
		converge(row, site, killed.toArray(ServiceProcess[]::new));
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER", "MONGODB" })
	void killedWhileAnotherOneWaits(Kind kind) {
		Row row = Results.row("2. Killed while another one waits", kind);
		for (long event : Faults.spread(Faults.rounds(), undisturbed(kind).events() - 20)) {
			killBefore(row, kind, 10 + event);
		}
		succeed(row);
	}

	private static void killBefore(Row row, Kind kind, long event) {
		Site site = kind.create();
		try (ServiceProcess first = start(row, site, "-Dfaults.at=" + event)) {
			first.await("AT ");
			try (ServiceProcess second = start(row, site)) {
				second.await((line) -> line.startsWith("WAITING ") || line.startsWith("STEP "));
				long killed = System.nanoTime();
				first.signal("KILL");
				row.disturbed();
				second.ended();
				check(row, site, second, first);
				row.time("kill to complete", Duration.ofNanos(second.endedAt() - killed));
			}
			catch (IllegalStateException ex) {
				row.stuck(ex, first);
			}
		}
	}

	/**
	 * Two at a time, as there are processors for.
	 */
	private static void run(List<Runnable> tasks) {
		ExecutorService executor = Executors.newFixedThreadPool(Faults.isFull() ? 3 : 2);
		List<java.util.concurrent.Future<?>> futures = tasks.stream().map(executor::submit).toList();
		executor.shutdown();
		try {
			executor.awaitTermination(1, TimeUnit.HOURS);
			for (java.util.concurrent.Future<?> future : futures) {
				future.get();
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
