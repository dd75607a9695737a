package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.dbinit.Change;
import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.lock.LeaseStore;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import io.dbinit.structure.Check;
import io.dbinit.structure.VerifyStep;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for whole starts on SQL databases.
 */
class JdbcInitializerTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void readOnlyDatabaseIsOnlyVerified() {
			this.jdbc.execute("create table data (id integer)");
			String name = this.jdbc.queryForObject("select current_database()", String.class);
			this.jdbc.execute("alter database " + name + " set default_transaction_read_only = on");
			Report report = initializer(verify("data")).run();
			assertThat(report.state()).isEqualTo(State.COMPLETE);
			assertThat(report.databases().get(0).limitations()).singleElement().asString().contains("read-only");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(verify("other"))::run);
			assertThat(this.jdbc.queryForList("select tablename from pg_tables where schemaname = 'public'"))
				.hasSize(1);
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb());
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
		}

	}

	abstract static class Contract {

		private static final int REPLICAS = 8;

		protected final JdbcTemplate jdbc;

		private final DriverManagerDataSource dataSource;

		Contract(String url) {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
		}

		@Test
		void secondStartChangesNothing() {
			initializer(table(), rows("a")).run();
			List<RunReport> history = initializer().history("jdbc", 10);
			Report second = initializer(table(), rows("a")).run();
			assertThat(second.message()).isEqualTo("Nothing to do");
			assertThat(initializer().history("jdbc", 10)).isEqualTo(history).hasSize(1);
			assertThat(rows()).containsExactly("a");
		}

		@Test
		void eachStepIsDoneOnceByManyReplicas() {
			ExecutorService executor = Executors.newFixedThreadPool(REPLICAS);
			try {
				List<CompletableFuture<Report>> reports = new ArrayList<>();
				for (int i = 0; i < REPLICAS; i++) {
					reports.add(CompletableFuture.supplyAsync(() -> initializer(table(), rows("a"), rows("b")).run(),
							executor));
				}
				assertThat(reports).allSatisfy((report) -> assertThat(report.join().state()).isEqualTo(State.COMPLETE));
			}
			finally {
				executor.shutdownNow();
			}
			assertThat(rows()).containsExactly("a", "b");
			assertThat(initializer().history("jdbc", 10)).hasSize(1);
		}

		@Test
		void whatWasDoneBeforeAFailureIsNotRepeated() {
			Step failing = rows("b", "insert into data values ('b')", "select intended");
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(initializer(table(), rows("a"), failing)::run)
				.withMessageContaining("Failed at step 'rows b'");
			assertThat(rows()).containsExactly("a");
			initializer(table(), rows("a"), rows("b")).run();
			assertThat(rows()).containsExactly("a", "b");
			assertThat(initializer().history("jdbc", 10)).extracting(RunReport::outcome)
				.containsExactly(Report.Outcome.DONE, Report.Outcome.FAILED);
		}

		@Test
		void verifiesTables() {
			assertThat(initializer(table(), verify("DATA", "db_init_lock")).run().state()).isEqualTo(State.COMPLETE);
		}

		@Test
		void lockIsFreeAfterAFailure() {
			initializer(table()).run();
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(initializer(table(), verify("missing"))::run);
			try (LeaseStore store = new JdbcDatabase("jdbc", this.dataSource).leases()) {
				assertThat(store.tryAcquire("next", Duration.ofSeconds(5))).isPresent();
			}
		}

		@Test
		void runWhoseSessionHasEndedIsNotRecordedAsDone() {
			Step last = new TestStep("last", Phase.SEED, this::endWorkingSession);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(table(), last)::run)
				.withMessageContaining("The session of the steps has ended");
			assertThat(this.jdbc.queryForList("select complete from db_init_database", Boolean.class))
				.containsExactly(false);
			assertThat(this.jdbc.queryForList("select name from db_init_step")).isEmpty();
			assertThat(initializer(table()).run().state()).isEqualTo(State.COMPLETE);
		}

		@Test
		void stepsOfAFailedRunWhoseSessionHasEndedAreNotRecorded() {
			Step last = new TestStep("last", Phase.SEED, (context) -> {
				endWorkingSession(context);
				throw new IllegalStateException("crash");
			});
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(table(), last)::run);
			assertThat(this.jdbc.queryForList("select name from db_init_step")).isEmpty();
			assertThat(initializer().history("jdbc", 10)).extracting(RunReport::outcome)
				.containsExactly(Report.Outcome.FAILED);
		}

		private void endWorkingSession(StepContext context) throws SQLException {
			Connection working = context.unwrap(Connection.class);
			Dialect dialect = Dialect.of(working);
			String session = dialect.session(working);
			try (Connection other = this.dataSource.getConnection()) {
				dialect.terminate(other, session);
			}
		}

		private List<String> rows() {
			return this.jdbc.queryForList("select name from data order by name", String.class);
		}

		private static Step table() {
			TestStep.Work create = TestStep.Work.sql("create table if not exists data (name varchar(10))");
			return new TestStep("table", Phase.MIGRATE, (context) -> context
				.change(Change.create("data", "create table 'data'"), () -> create.run(context)));
		}

		private static Step rows(String row) {
			return rows(row, "insert into data values ('" + row + "')");
		}

		private static Step rows(String row, String... statements) {
			return TestStep.once("rows " + row, Phase.SEED, (context) -> {
				for (String sql : statements) {
					TestStep.Work.sql(sql).run(context);
				}
			});
		}

		protected static Step verify(String... tables) {
			return new VerifyStep("verify tables", Stream.of(tables).<Check>map(TableCheck::new).toList());
		}

		protected final Initializer initializer(Step... steps) {
			Plan.Builder plan = Plan.builder(Environment.of("test"))
				.database(new JdbcDatabase("jdbc", this.dataSource));
			List.of(steps).forEach((step) -> plan.step("jdbc", step));
			InitializerOptions.Wait wait = new InitializerOptions.Wait(Duration.ofSeconds(5), Duration.ofSeconds(5),
					Duration.ofMillis(50), Duration.ofMillis(50), 1);
			LockOptions lock = new LockOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(100));
			return new Initializer(plan.build(), new InitializerOptions("host", "app", wait, lock), List.of(),
					Clock.systemUTC());
		}

	}

}
