package io.dbinit.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.dbinit.faults.Results.Row;
import org.junit.jupiter.api.Assumptions;

/**
 * The clocks of the services are wrong: by an hour or a day, both ways. It makes no
 * difference, neither to one that works nor to one that takes over.
 */
class ClockTests extends AbstractFaultTests {

	private static final List<String> CLOCKS = Faults.isFull() ? List.of("+1h", "-1h", "+1d", "-1d") : List.of("+1d");

	private static final String NEEDS = "libfaketime is needed: apt-get install faketime";

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MONGODB })
	void wrongClocks(Kind kind) {
		Row row = Results.row("5. Clocks of the services wrong", kind);
		if (Faults.fakeTime().isEmpty()) {
			Results.skipped("Wrong clocks", NEEDS);
		}
		Assumptions.assumeTrue(Faults.fakeTime().isPresent(), NEEDS);
		together(CLOCKS, (clock) -> killedWith(row, kind, clock));
		if (kind != Kind.H2) {
			startTogether(row, kind);
		}
		succeed(row);
	}

	/**
	 * One with a wrong clock is killed, one with the opposite clock takes over, one with
	 * the right clock has nothing to do.
	 */
	private static void killedWith(Row row, Kind kind, String clock) {
		Site site = kind.create();
		long event = undisturbed(kind).events() / 2;
		try (ServiceProcess first = startAt(row, site, clock, "-Dfaults.at=" + event)) {
			first.await("AT ");
			first.signal("KILL");
			row.disturbed();
			first.ended();
			String opposite = (clock.startsWith("+") ? "-" : "+") + clock.substring(1);
			try (ServiceProcess second = startAt(row, site, opposite)) {
				row.disturbed();
				second.ended();
				if (!second.isComplete()) {
					row.fail("Not complete", second.output() + outputs(first));
				}
				row.time("start after a kill", second.duration());
				converge(row, site, first, second);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static void startTogether(Row row, Kind kind) {
		Site site = kind.create();
		List<ServiceProcess> processes = CLOCKS.stream().map((clock) -> {
			row.disturbed();
			return startAt(row, site, clock);
		}).toList();
		try {
			processes.forEach((process) -> {
				if (!process.ended().isComplete()) {
					row.fail("Not complete", process.output());
				}
			});
			converge(row, site, processes.toArray(ServiceProcess[]::new));
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static ServiceProcess startAt(Row row, Site site, String clock, String... options) {
		row.process();
		Path library = Faults.fakeTime().orElseThrow();
		return ServiceProcess.start(site, List.of(options), Map.of("LD_PRELOAD", library.toString(), "FAKETIME", clock,
				"FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0"), List.of());
	}

}
