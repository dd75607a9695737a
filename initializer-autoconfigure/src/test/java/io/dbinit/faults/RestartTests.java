package io.dbinit.faults;

import io.dbinit.faults.Results.Row;
import io.dbinit.testing.TcpProxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server of the database crashes in the middle of a run and is started again, or is
 * started after the service. MongoDB's server is not the suite's to crash: connections to
 * it are cut and refused for as long.
 */
class RestartTests extends AbstractFaultTests {

	private static final String RESTARTED = "6. Database restarted in the middle";

	private static final String LATE = "6. Database started late";

	private static final int ROUNDS = Faults.isFull() ? Math.max(1, Faults.rounds() / 3) : 1;

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER" })
	void restartedInTheMiddle(Kind kind) throws Exception {
		Row row = Results.row(RESTARTED, kind);
		for (long event : Faults.spread(ROUNDS, undisturbed(kind).events())) {
			try (OwnServer server = OwnServer.of(kind)) {
				server.start();
				restart(row, server, event);
			}
		}
		succeed(row);
	}

	private static void restart(Row row, OwnServer server, long event) throws Exception {
		Site site = server.site();
		try (ServiceProcess process = start(row, site, "-Dfaults.at=" + event, "-Dfaults.hold=500")) {
			process.await("AT ");
			server.crash();
			row.disturbed();
			server.start();
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
	@EnumSource(value = Kind.class, names = { "POSTGRESQL", "MARIADB", "H2_SERVER" })
	void startedLate(Kind kind) throws Exception {
		Row row = Results.row(LATE, kind);
		for (int i = 0; i < ROUNDS; i++) {
			try (OwnServer server = OwnServer.of(kind)) {
				// Prepares what takes long the first time
				server.start();
				server.crash();
				Site site = server.site();
				try (ServiceProcess process = start(row, site)) {
					process.await("WAITING ");
					row.disturbed();
					sleep(1000);
					server.start();
					process.ended();
					check(row, site, process);
				}
			}
			catch (IllegalStateException ex) {
				row.stuck(ex);
			}
		}
		succeed(row);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = "MONGODB")
	void refusedInTheMiddle(Kind kind) {
		Row row = Results.row(RESTARTED, kind);
		for (long event : Faults.spread(ROUNDS, undisturbed(kind).events())) {
			Site site = kind.create();
			try (TcpProxy proxy = site.proxy();
					ServiceProcess process = start(row, site.behind(proxy), "-Dfaults.at=" + event,
							"-Dfaults.hold=500")) {
				process.await("AT ");
				proxy.refuse();
				row.disturbed();
				sleep(2000);
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
		succeed(row);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = "MONGODB")
	void refusedAtFirst(Kind kind) {
		Row row = Results.row(LATE, kind);
		for (int i = 0; i < ROUNDS; i++) {
			Site site = kind.create();
			try (TcpProxy proxy = site.proxy()) {
				proxy.refuse();
				try (ServiceProcess process = start(row, site.behind(proxy))) {
					process.await("WAITING ");
					row.disturbed();
					sleep(1000);
					proxy.restore();
					process.ended();
					check(row, site, process);
				}
			}
			catch (IllegalStateException ex) {
				row.stuck(ex);
			}
		}
		succeed(row);
	}

}
