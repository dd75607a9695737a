package io.dbinit.faults;

import io.dbinit.faults.Results.Row;
import io.dbinit.testing.TcpProxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The network between the service and its database fails in the middle of a run. The
 * process goes on or fails with an error, but never hangs; what it left is finished by
 * the next one, which reaches the database, even while the first one is still there.
 */
class ConnectionLossTests extends AbstractFaultTests {

	/** Less than the lease of three seconds, and more. */
	private static final long SHORT = 1000;

	private static final long LONG = 5000;

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER", "MONGODB" })
	void cutForLessThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection cut for less than the lease", kind);
		for (long event : events(kind)) {
			lose(row, kind, event, SHORT, TcpProxy::refuse);
		}
		succeed(row);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER", "MONGODB" })
	void silentForLessThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection silent for less than the lease", kind);
		for (long event : events(kind)) {
			lose(row, kind, event, SHORT, TcpProxy::freeze);
		}
		succeed(row);
	}

	private static Iterable<Long> events(Kind kind) {
		return Faults.spread(Faults.isFull() ? Faults.rounds() / 2 : 1, undisturbed(kind).events());
	}

	private static void lose(Row row, Kind kind, long event, long millis, java.util.function.Consumer<TcpProxy> loss) {
		Site site = kind.create();
		try (TcpProxy proxy = site.proxy();
				ServiceProcess process = start(row, site.behind(proxy), "-Dfaults.at=" + event, "-Dfaults.hold=500")) {
			process.await("AT ");
			loss.accept(proxy);
			row.disturbed();
			sleep(millis);
			proxy.restore();
			process.ended();
			if (!process.isComplete() && !process.failedLoudly()) {
				row.fail("Neither complete nor failed", process.output());
			}
			converge(row, site, process);
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER", "MONGODB" })
	void cutForMoreThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection cut for more than the lease", kind);
		for (long event : eventsUnderTheLease(kind)) {
			loseLease(row, kind, event, TcpProxy::refuse);
		}
		succeed(row);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER", "MONGODB" })
	void halfOpenForMoreThanTheLease(Kind kind) {
		Row row = Results.row("4. Connection half-open for more than the lease", kind);
		for (long event : eventsUnderTheLease(kind)) {
			loseLease(row, kind, event, TcpProxy::freeze);
		}
		succeed(row);
	}

	private static Iterable<Long> eventsUnderTheLease(Kind kind) {
		return Faults.spread(Faults.isFull() ? Faults.rounds() / 2 : 1, undisturbed(kind).events() - 40)
			.stream()
			.map((event) -> event + 25)
			.toList();
	}

	private static void loseLease(Row row, Kind kind, long event, java.util.function.Consumer<TcpProxy> loss) {
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
				row.time("loss to complete", java.time.Duration.ofNanos(next.endedAt() - since));
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
