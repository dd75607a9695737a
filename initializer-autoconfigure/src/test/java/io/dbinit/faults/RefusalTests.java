package io.dbinit.faults;

import io.dbinit.faults.Results.Row;
import org.junit.jupiter.api.Assumptions;

/**
 * In the middle of a run the server refuses to go on: a right is missing, or the disk is
 * full. The error says where and names what was done and what was not. Once the right is
 * granted or room is made, the next start finishes.
 */
class RefusalTests extends AbstractFaultTests {

	private static final String IN_THE_MIDDLE = "-Dfaults.match=(?i)before create table .*country";

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB }, ordinary = Kind.MARIADB)
	void rightIsMissing(Kind kind) {
		Row row = Results.row("8. Without a right in the middle", kind);
		Site site = kind.create();
		String user = "app_" + site.name();
		Site restricted = site.as(user);
		if (kind == Kind.POSTGRESQL) {
			String right = "create on schema public";
			site.execute("create role %s login password 'app'".formatted(user), grant(right, user));
			refuse(row, restricted, () -> site.execute("revoke %s from %s".formatted(right, user)),
					() -> site.execute(grant(right, user)));
		}
		else {
			String rights = "select, insert, update, delete, create, alter, drop, references on %s.*"
				.formatted(site.name());
			String account = user + "@localhost";
			// Everybody may do anything in databases whose names begin with "test"
			site.execute("delete from mysql.db where user in ('', 'PUBLIC')", "flush privileges");
			site.execute("create user %s identified by 'app'".formatted(account), grant(rights, account));
			refuse(row, restricted, () -> {
				// Has never had the right to create an index
			}, () -> site.execute(grant("index on %s.*".formatted(site.name()), account)));
		}
		succeed(row);
	}

	private static String grant(String rights, String user) {
		return "grant %s to %s".formatted(rights, user);
	}

	@OnKinds(value = { Kind.POSTGRESQL, Kind.MARIADB, Kind.H2 }, ordinary = Kind.H2)
	void diskIsFull(Kind kind) {
		Row row = Results.row("8. Disk full in the middle", kind);
		boolean possible = SmallDisk.isPossible();
		if (!possible) {
			Results.skipped("Full disk", SmallDisk.NEEDS);
		}
		Assumptions.assumeTrue(possible, SmallDisk.NEEDS);
		try (SmallDisk disk = SmallDisk.with(kind)) {
			refuse(row, disk.site(), disk::fill, disk::free);
		}
		succeed(row);
	}

	private static void refuse(Row row, Site site, Runnable refusal, Runnable remedy) {
		try (ServiceProcess process = start(row, site, IN_THE_MIDDLE, "-Dfaults.at=1", "-Dfaults.hold=3000")) {
			process.await("AT ");
			refusal.run();
			row.disturbed();
			process.ended();
			if (!process.failedLoudly() || !tells(process.lines("FAILED").get(0))) {
				row.fail("Did not tell what was done and what was not", process.output());
			}
			remedy.run();
			converge(row, site, process);
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	private static boolean tells(String error) {
		return error.contains("'liquibase' of 'jdbc'") && error.contains("::customer::faults")
				&& error.contains("not done 'seed customers'");
	}

}
