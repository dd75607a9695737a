package io.dbinit.faults;

import java.time.Duration;

import io.dbinit.faults.Results.Row;

/**
 * The process that works is frozen for longer than its lease, as a suspended virtual
 * machine is. Another one takes over and finishes. When the frozen one wakes up, in the
 * middle of what it was doing, it changes nothing and fails with an error.
 */
class FreezeTests extends AbstractFaultTests {

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MARIADB })
	void frozenPastItsLease(Kind kind) {
		Row row = Results.row("3. Frozen past its lease", kind);
		// The very first and last events may be outside of the lease
		together(Faults.spread(1 + Faults.rounds() / 2, undisturbed(kind).events() - 40),
				(event) -> freezeAt(row, kind, 25 + event));
		succeed(row);
	}

	private static void freezeAt(Row row, Kind kind, long event) {
		Site site = kind.create();
		try (ServiceProcess frozen = start(row, site, "-Dfaults.at=" + event, "-Dfaults.hold=500")) {
			frozen.await("AT ");
			frozen.signal("STOP");
			row.disturbed();
			long since = System.nanoTime();
			try (ServiceProcess next = start(row, site)) {
				next.ended();
				row.time("freeze to complete", Duration.ofNanos(next.endedAt() - since));
				Snapshot before = site.snapshot();
				frozen.signal("CONT");
				frozen.ended();
				if (!frozen.failedLoudly()) {
					row.fail("The frozen process did not fail", frozen.output() + outputs(next));
				}
				row.compare(before, undisturbed(kind).snapshot(), next.output() + outputs(frozen));
				check(row, site, next, frozen);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

}
