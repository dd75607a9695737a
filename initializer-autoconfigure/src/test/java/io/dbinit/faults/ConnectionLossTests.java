package io.dbinit.faults;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.dbinit.faults.Results.Row;
import io.dbinit.testing.TcpProxy;

/**
 * The network between the service and its database fails in the middle of a run. The
 * process goes on or fails with an error, but never hangs; what it left is finished by
 * the next one, which reaches the database, even while the first one is still there.
 */
class ConnectionLossTests extends AbstractFaultTests {

	/** Less than the lease of three seconds, and more. */
	private static final long SHORT = 1000;

	private static final long LONG = 5000;

	private static final int ROUNDS = Math.max(1, Faults.rounds() / 3);

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB }, ordinary = Kind.MARIADB)
	void cutForLessThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection cut for less than the lease", kind);
		together(events(kind), (event) -> lose(row, kind, event, SHORT, TcpProxy::refuse));
		succeed(row);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB }, ordinary = Kind.H2_SERVER)
	void silentForLessThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection silent for less than the lease", kind);
		together(events(kind), (event) -> lose(row, kind, event, SHORT, TcpProxy::freeze));
		succeed(row);
	}

	private static List<Long> events(Kind kind) {
		return Faults.spread(ROUNDS, undisturbed(kind).events());
	}

	private static void lose(Row row, Kind kind, long event, long millis, Consumer<TcpProxy> loss) throws Exception {
		Site site = kind.create();
		try (TcpProxy proxy = site.proxy()) {
			disturb(row, site, site.behind(proxy), event, () -> {
				loss.accept(proxy);
				sleep(millis);
				proxy.restore();
			});
		}
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB }, ordinary = Kind.MARIADB)
	void cutForMoreThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection cut for more than the lease", kind);
		together(eventsUnderTheLease(kind), (event) -> loseLease(row, kind, event, TcpProxy::refuse));
		succeed(row);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB }, ordinary = Kind.POSTGRESQL)
	void halfOpenForMoreThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection half-open for more than the lease", kind);
		together(eventsUnderTheLease(kind), (event) -> loseLease(row, kind, event, TcpProxy::freeze));
		succeed(row);
	}

	private static List<Long> eventsUnderTheLease(Kind kind) {
		return Faults.spread(ROUNDS, undisturbed(kind).events() - 40).stream().map((event) -> event + 25).toList();
	}

	private static void loseLease(Row row, Kind kind, long event, Consumer<TcpProxy> loss) {
		Site site = kind.create();
		try (TcpProxy proxy = site.proxy();
				ServiceProcess cutOff = start(row, site.behind(proxy), "-Dfaults.at=" + event,
						"-Dfaults.hold=" + (LONG + 1000))) {
			cutOff.await("AT ");
			loss.accept(proxy);
			row.disturbed();
			long since = System.nanoTime();
			try (ServiceProcess next = start(row, site)) {
				next.ended();
				row.time("loss to complete", Duration.ofNanos(next.endedAt() - since));
				sleep(Math.max(0, LONG - (System.nanoTime() - since) / 1_000_000));
				proxy.restore();
				cutOff.ended();
				if (!cutOff.failedLoudly()) {
					row.fail("The process that was cut off did not fail", cutOff.output() + outputs(next));
				}
				check(row, site, next, cutOff);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

}
