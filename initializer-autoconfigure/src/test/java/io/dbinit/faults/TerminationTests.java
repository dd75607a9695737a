package io.dbinit.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.dbinit.faults.Results.Row;

/**
 * The process that works is told to end, as by a platform that moves it: it begins
 * nothing more, releases the lock, and the next one continues without waiting.
 */
class TerminationTests extends AbstractFaultTests {

	/** Before a platform would kill it. */
	private static final Duration GRACE = Duration.ofSeconds(30);

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MARIADB })
	void toldToEndAtARandomMoment(Kind kind) {
		Row row = Results.row("9. Told to end at a random moment", kind);
		Random random = new Random(kind.ordinal());
		List<Long> moments = new ArrayList<>();
		for (int i = 0; i < Faults.rounds(); i++) {
			moments.add(random.nextLong(1 + undisturbed(kind).millis()));
		}
		together(moments, (moment) -> terminateAfter(row, kind, moment));
		succeed(row);
	}

	private static void terminateAfter(Row row, Kind kind, long moment) {
		Site site = kind.create();
		try (ServiceProcess process = start(row, site)) {
			process.await("STARTED");
			sleep(moment);
			long told = System.nanoTime();
			if (process.isAlive()) {
				process.signal("TERM");
				row.disturbed();
			}
			process.ended();
			Duration duration = Duration.ofNanos(process.endedAt() - told);
			row.time("told to end to ended", duration);
			if (duration.compareTo(GRACE) > 0) {
				row.fail("Did not end in time", process.output());
			}
			continueWithoutWaiting(row, site, process);
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static void continueWithoutWaiting(Row row, Site site, ServiceProcess terminated) {
		try (ServiceProcess next = start(row, site)) {
			next.ended();
			if (!next.lines("WAITING held by").isEmpty()) {
				row.fail("The lock was not released", next.output() + outputs(terminated));
			}
			check(row, site, next, terminated);
		}
	}

}
