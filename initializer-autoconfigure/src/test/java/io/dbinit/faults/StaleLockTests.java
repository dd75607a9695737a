package io.dbinit.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.Consumer;

import io.dbinit.faults.Results.Row;
import org.bson.Document;

/**
 * The lock of Liquibase or Mongock is set while changes are pending, so that those would
 * wait for it. If whoever set it is dead, the next start does not, and its time is
 * written down beside that of a start without such a lock. A Liquibase that is alive is
 * waited for. A process that has H2 in a file loses its last half second when it is
 * killed, the lock included.
 */
class StaleLockTests extends AbstractFaultTests {

	private static final String STALE = "7. Stale lock of Liquibase or Mongock";

	private static final int PAIRS = Math.max(1, Faults.rounds() / 4);

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER, Kind.MONGODB },
			ordinary = { Kind.POSTGRESQL, Kind.MONGODB })
	void leftByADeadInitializer(Kind kind) {
		Row row = Results.row(STALE, kind);
		for (int pair = 0; pair < PAIRS; pair++) {
			startAfter(row, kind, "start with a stale lock", (site) -> {
			});
			startAfter(row, kind, "start without", StaleLockTests::unlock);
		}
		succeed(row);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER }, ordinary = Kind.H2_SERVER)
	void leftByADeadLiquibase(Kind kind) {
		Row row = Results.row(STALE, kind);
		for (int i = 0; i < PAIRS; i++) {
			startAfter(row, kind, "start with a stale lock of Liquibase elsewhere",
					(site) -> lock(site, "pod (10.255.0.1)"));
		}
		succeed(row);
	}

	private static void startAfter(Row row, Kind kind, String what, Consumer<Site> change) {
		Site site = kind.create();
		try (ServiceProcess dead = leave(row, site)) {
			change.accept(site);
			try (ServiceProcess next = start(row, site)) {
				next.ended();
				row.time(what, next.duration());
				finish(row, site, next, dead);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	/**
	 * Kill a process while it holds the lock and changes are pending.
	 */
	private static ServiceProcess leave(Row row, Site site) {
		String match = site.kind().isSql() ? "(?i)before create table .*invoice"
				: "before .*\"mongockChangeLog\", \"or";
		ServiceProcess process = start(row, site, "-Dfaults.at=1", "-Dfaults.match=" + match);
		process.await("AT ");
		process.signal("KILL");
		row.disturbed();
		process.ended();
		if (!isLocked(site)) {
			row.fail("No lock was left", process.output());
		}
		return process;
	}

	private static void finish(Row row, Site site, ServiceProcess next, ServiceProcess... before) {
		if (isLocked(site)) {
			row.fail("The lock was not given back", next.output());
		}
		check(row, site, next, before);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2_SERVER }, ordinary = Kind.MARIADB)
	void heldByALiveLiquibase(Kind kind) throws SQLException {
		Row row = Results.row("7. Lock of a Liquibase that is alive", kind);
		Site site = kind.create();
		try (ServiceProcess dead = leave(row, site); Connection alive = DriverManager.getConnection(site.direct())) {
			lock(site, "vm (127.0.0.1)");
			try (ServiceProcess next = start(row, site)) {
				next.await("STEP liquibase");
				sleep(3000);
				if (!isLocked(site) || !next.isAlive()) {
					row.fail("The lock of a live Liquibase was not respected", next.output());
				}
				unlock(site);
				next.ended();
				finish(row, site, next, dead);
			}
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
		succeed(row);
	}

	private static boolean isLocked(Site site) {
		return site.kind().isSql()
				? !site.query("select LOCKEDBY from DATABASECHANGELOGLOCK where LOCKEDBY is not null").isEmpty()
				: site.database().getCollection("mongockLock").countDocuments() > 0;
	}

	private static void lock(Site site, String holder) {
		site.execute("update DATABASECHANGELOGLOCK set LOCKED = %s, LOCKGRANTED = current_timestamp, LOCKEDBY = '%s'"
			.formatted((site.kind() == Kind.MARIADB) ? "1" : "true", holder));
	}

	private static void unlock(Site site) {
		if (site.kind().isSql()) {
			site.execute("update DATABASECHANGELOGLOCK set LOCKED = %s, LOCKGRANTED = null, LOCKEDBY = null"
				.formatted((site.kind() == Kind.MARIADB) ? "0" : "false"));
		}
		else {
			site.database().getCollection("mongockLock").deleteMany(new Document());
		}
	}

}
