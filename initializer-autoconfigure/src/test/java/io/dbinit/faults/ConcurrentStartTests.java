package io.dbinit.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.dbinit.faults.Results.Row;

/**
 * Many processes are started on an empty database and released at the same moment: each
 * step is done once, by whichever of them, and every process ends complete.
 */
class ConcurrentStartTests extends AbstractFaultTests {

	private static final int PROCESSES = Faults.isFull() ? 20 : 5;

	private static final int ROUNDS = Math.max(1, Faults.rounds() / 4);

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MONGODB })
	void startedTogether(Kind kind) {
		// Otherwise all of them write the archive of their classes, into one file
		undisturbed(kind);
		Row row = Results.row("1. %d processes at once".formatted(PROCESSES), kind);
		for (int i = 0; i < ROUNDS; i++) {
			startTogether(row, kind);
		}
		succeed(row);
	}

	private static void startTogether(Row row, Kind kind) {
		Site site = kind.create();
		List<ServiceProcess> processes = new ArrayList<>();
		try {
			for (int i = 0; i < PROCESSES; i++) {
				processes.add(start(row, site, "-Dfaults.together=true"));
			}
			processes.forEach((process) -> process.await("STARTED"));
			long released = System.nanoTime();
			processes.forEach(ServiceProcess::release);
			processes.forEach(ServiceProcess::ended);
			long last = processes.stream().mapToLong(ServiceProcess::endedAt).max().orElseThrow();
			row.time("release to the last one complete", Duration.ofNanos(last - released));
			check(row, site, processes);
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static void check(Row row, Site site, List<ServiceProcess> processes) {
		for (ServiceProcess process : processes) {
			if (!process.isComplete() || !process.errors().isEmpty()) {
				row.fail("Not complete, or with errors " + process.errors(), process.output());
			}
		}
		Stream<String> changes = processes.stream().flatMap((process) -> process.changes().stream());
		Stream<String> wanted = undisturbed(site.kind()).changes().stream();
		if (!changes.sorted().toList().equals(wanted.sorted().toList())) {
			row.fail("Not every change was made once", outputs(processes.toArray(ServiceProcess[]::new)));
		}
		check(row, site, processes.get(0), processes.stream().skip(1).toArray(ServiceProcess[]::new));
	}

}
