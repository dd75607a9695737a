package io.dbinit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.dbinit.Change;
import io.dbinit.Phase;
import io.dbinit.Mismatch;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.State;
import io.dbinit.Report.StepReport;
import io.dbinit.MigrationVersions;
import io.dbinit.lock.Lease;

/**
 * The report that the reference shows.
 */
final class Reports {

	private static final Instant START = Instant.parse("2026-11-21T08:15:30.123456Z");

	private Reports() {
	}

	static Report running() {
		return new Report(State.RUNNING, Outcome.RUNNING, "staging", START, Duration.ofMillis(4321), null, null,
				List.of(jdbc(), mongodb()));
	}

	private static DatabaseReport jdbc() {
		Lease lease = new Lease("shop-7f9c:1:5b0c2a1e", 42, START.plusSeconds(1), START.plusSeconds(21),
				"liquibase: changeset 'orders-7'", null);
		return new DatabaseReport("jdbc", "PostgreSQL 17.11", State.RUNNING, null, lease,
				Map.of("liquibase", new MigrationVersions("orders-6", "orders-8", 2)),
				List.of(new StepReport("liquibase", Phase.MIGRATE, Outcome.RUNNING, START.plusSeconds(1),
						Duration.ofMillis(3210), "changeset 'orders-7'",
						List.of(Change.migrate("orders-6", "changeset 'orders-6'")), null),
						new StepReport("verify tables", Phase.VERIFY, Outcome.PENDING, null, null, null, List.of(),
								null)),
				List.of(), List.of());
	}

	private static DatabaseReport mongodb() {
		return new DatabaseReport("mongodb", "MongoDB 8.0.4", State.FAILED, null, null, Map.of(),
				List.of(new StepReport("verify collections", Phase.VERIFY, Outcome.FAILED, START.plusSeconds(2),
						Duration.ofMillis(15), null, List.of(), "1 thing is not as declared")),
				List.of(new Mismatch("index 'email_1' on 'users'", "unique: true", "unique: false")),
				List.of("The server does not support hidden indexes"));
	}

	static List<RunReport> runs() {
		return List.of(
				new RunReport("0d7e6a4e-2f0b-4f3c-9a55-0e0f6f1d2c3b", 42, "shop-7f9c", "shop 2.4.0", START, null,
						Outcome.RUNNING, null, List.of()),
				new RunReport("b1c2d3e4-5f60-4718-8293-a4b5c6d7e8f9", 41, "shop-5d21", "shop 2.3.0",
						START.minusSeconds(86400), Duration.ofMillis(1250), Outcome.FAILED,
						"Failed at step 'liquibase'",
						List.of(new StepReport("liquibase", Phase.MIGRATE, Outcome.FAILED, START.minusSeconds(86400),
								Duration.ofSeconds(1), null, List.of(), "relation \"orders\" does not exist"))));
	}

}
