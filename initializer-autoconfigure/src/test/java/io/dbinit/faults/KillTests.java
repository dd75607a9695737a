package io.dbinit.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.dbinit.faults.Results.Row;

/**
 * The process that works is killed: at events that are spread over a run, before and
 * after each step, at random moments, several times in a row, and while another one
 * waits. The next one finishes.
 */
class KillTests extends AbstractFaultTests {

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2, Kind.MONGODB })
	void killedAtAnEvent(Kind kind) {
		Row row = Results.row("2. Killed before or after a statement", kind);
		together(Faults.spread(2 * Faults.rounds(), undisturbed(kind).events()), (event) -> killAt(row, kind, event));
		succeed(row);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2, Kind.MONGODB }, ordinary = {})
	void killedAtTheBeginOrTheEndOfAStep(Kind kind) {
		Row row = Results.row("2. Killed at the begin or the end of a step", kind);
		long boundaries = 2 * undisturbed(kind).steps();
		together(Faults.spread(Integer.MAX_VALUE, boundaries),
				(boundary) -> killAt(row, kind, boundary, "-Dfaults.match=^(end of )?step "));
		succeed(row);
	}

	private static void killAt(Row row, Kind kind, long event, String... options) {
		Site site = kind.create();
		List<String> all = new ArrayList<>(List.of(options));
		all.add("-Dfaults.at=" + event);
		try (ServiceProcess process = start(row, site, all.toArray(String[]::new))) {
			if (process.await("AT ").isPresent()) {
				process.signal("KILL");
				row.disturbed();
			}
			process.ended();
			converge(row, site, process);
		}
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2, Kind.MONGODB }, ordinary = { Kind.H2, Kind.MONGODB })
	void killedAtARandomMoment(Kind kind) {
		Row row = Results.row("2. Killed at random moments, up to three times", kind);
		Random random = new Random(kind.ordinal());
		List<long[]> kills = new ArrayList<>();
		for (int i = 0; i < Faults.rounds(); i++) {
			kills.add(random.longs(1 + i % 3, 0, 1 + undisturbed(kind).millis()).toArray());
		}
		together(kills, (moments) -> killAfter(row, kind, moments));
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

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MARIADB })
	void killedWhileAnotherOneWaits(Kind kind) {
		Row row = Results.row("2. Killed while another one waits", kind);
		together(Faults.spread(Faults.rounds(), undisturbed(kind).events() - 20),
				(event) -> killBefore(row, kind, 10 + event));
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

}
