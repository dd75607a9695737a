package io.dbinit.faults;

import java.util.List;
import java.util.Map;

import io.dbinit.faults.Results.Row;

/**
 * The process that works is killed while the server still executes a long statement of
 * it. The next one does nothing before that statement has ended, and nothing of it is
 * there twice. H2 ends the statements of a client that is gone, and MongoDB's server is
 * not the suite's to look into.
 */
class OrphanTests extends AbstractFaultTests {

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB }, ordinary = Kind.POSTGRESQL)
	void statementOutlivesItsProcess(Kind kind) {
		Row row = Results.row("2. Killed while a statement goes on in the server", kind);
		for (int i = 0; i < Math.max(1, Faults.rounds() / 4); i++) {
			outlive(row, kind);
		}
		succeed(row);
	}

	private static void outlive(Row row, Kind kind) {
		Site site = kind.create();
		try (ServiceProcess dead = startWithLongSeed(row, site)) {
			while (orphans(site).isEmpty() && dead.isAlive()) {
				sleep(50);
			}
			dead.signal("KILL");
			row.disturbed();
			dead.ended();
			try (ServiceProcess next = start(row, site, "-Dfaults.match=^step ", "-Dfaults.at=1",
					"-Dfaults.hold=2000")) {
				next.await("AT ");
				List<String> orphans = orphans(site);
				if (!orphans.isEmpty()) {
					row.fail("A step began while %s of the dead process went on".formatted(orphans), next.output());
				}
				next.ended();
				check(row, site, next, dead);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static ServiceProcess startWithLongSeed(Row row, Site site) {
		row.process();
		String sql = (site.kind() == Kind.POSTGRESQL) ? "insert into trace (what) select 'seed' from pg_sleep(60)"
				: "insert into trace (what) select 'seed' from dual where sleep(60) = 0";
		return ServiceProcess.start(site, List.of(), Map.of(), List.of("--faults.seed-sql=" + sql));
	}

	private static List<String> orphans(Site site) {
		return site.query((site.kind() == Kind.POSTGRESQL) ? """
				select query from pg_stat_activity
				where state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()
				and datname = current_database()""" : """
				select info from information_schema.processlist
				where info like '%sleep(60)%' and id <> connection_id() and db = database()""");
	}

}
