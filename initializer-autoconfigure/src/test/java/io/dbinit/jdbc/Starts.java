package io.dbinit.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.dbinit.Database;
import io.dbinit.Environment;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Mode;
import io.dbinit.Plan;
import io.dbinit.Step;
import io.dbinit.lock.LockOptions;

/**
 * Starts on one SQL database, with short pauses.
 */
final class Starts {

	private Starts() {
	}

	static Initializer of(Database database, Step... steps) {
		return of("", database, steps);
	}

	static Initializer of(String application, Database database, Step... steps) {
		return of(Plan.builder(Environment.of("test")).application(application), database, steps);
	}

	static Initializer of(Plan.Builder plan, Database database, Step... steps) {
		return of(plan, Mode.RUN, database, steps);
	}

	static Initializer of(Mode mode, Database database, Step... steps) {
		return of(Plan.builder(Environment.of("test")), mode, database, steps);
	}

	private static Initializer of(Plan.Builder plan, Mode mode, Database database, Step... steps) {
		plan.database(database);
		List.of(steps).forEach((step) -> plan.step(database.name(), step));
		InitializerOptions.Wait wait = new InitializerOptions.Wait(Duration.ofSeconds(5), Duration.ofSeconds(5),
				Duration.ofMillis(50), Duration.ofMillis(50), 1);
		LockOptions lock = new LockOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(100));
		return new Initializer(plan.build(), new InitializerOptions("host", "app", 1, wait, lock, mode), List.of(),
				Clock.systemUTC());
	}

}
