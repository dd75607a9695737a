package io.dbinit.faults;

import io.dbinit.faults.Results.Row;
import io.dbinit.testing.TcpProxy;

/**
 * The server of the database crashes in the middle of a run and is started again, or is
 * started after the service. MongoDB's server is not the suite's to crash: connections to
 * it are cut and refused for as long.
 */
class RestartTests extends AbstractFaultTests {

	private static final String RESTARTED = "6. Database restarted in the middle";

	private static final String LATE = "6. Database started late";

	private static final int ROUNDS = Math.max(1, Faults.rounds() / 3);

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER }, ordinary = Kind.MARIADB)
	void restartedInTheMiddle(Kind kind) throws Exception {
		Row row = Results.row(RESTARTED, kind);
		together(Faults.spread(ROUNDS, undisturbed(kind).events()), (event) -> {
			try (OwnServer server = OwnServer.of(kind)) {
				server.start();
				disturb(row, server.site(), server.site(), event, () -> {
					server.crash();
					server.start();
				});
			}
		});
		succeed(row);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER }, ordinary = Kind.POSTGRESQL)
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

	@OnKinds(value = Kind.MONGODB, ordinary = Kind.MONGODB)
	void refusedInTheMiddle(Kind kind) throws Exception {
		Row row = Results.row(RESTARTED, kind);
		together(Faults.spread(ROUNDS, undisturbed(kind).events()), (event) -> {
			Site site = kind.create();
			try (TcpProxy proxy = site.proxy()) {
				disturb(row, site, site.behind(proxy), event, () -> {
					proxy.refuse();
					sleep(2000);
					proxy.restore();
				});
			}
		});
		succeed(row);
	}

	@OnKinds(value = Kind.MONGODB, ordinary = {})
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
