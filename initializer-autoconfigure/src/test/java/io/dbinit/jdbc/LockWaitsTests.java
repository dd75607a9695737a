package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.Report;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of steps that wait for locks of the application.
 */
class LockWaitsTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void statementsThatStopNobodyAreNotBounded() throws Exception {
			try (Connection reader = reader()) {
				CompletableFuture<Report> start = start(Duration.ofMillis(200), Duration.ZERO,
						step("create index concurrently by_name on busy (name)"));
				awaitWait();
				reader.rollback();
				assertThat(start.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.COMPLETE);
			}
		}

		@Test
		void transactionIsRepeatedAsAWhole(CapturedOutput output) throws Exception {
			Step step = TestStep.once("two", Phase.SEED, (context) -> {
				execute(context.unwrap(Connection.class), "create table other (id integer)");
				execute(context.unwrap(Connection.class), "alter table busy add column more integer");
			});
			try (Connection reader = reader()) {
				CompletableFuture<Report> start = start(Duration.ofMillis(200), Duration.ofMinutes(1), step);
				awaitBlockers(output);
				reader.rollback();
				assertThat(start.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.COMPLETE);
			}
			assertThat(this.jdbc.queryForList("select * from other")).isEmpty();
		}

		@Override
		void awaitWait() {
			Awaitility.await().until(() -> this.jdbc.queryForObject("""
					select count(*) from pg_stat_activity where datname = current_database()
						and query like 'create index concurrently%' and wait_event_type = 'Lock'
						and clock_timestamp() - query_start > interval '1 second'""", Integer.class) == 1);
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
	@ExtendWith(OutputCaptureExtension.class)
	class OnH2 {

		private final String url = Servers.h2();

		private final DriverManagerDataSource dataSource = new DriverManagerDataSource(this.url);

		@Test
		void statementIsRepeatedUntilTheLockIsFree() throws Exception {
			new JdbcTemplate(this.dataSource).execute("create table busy (id integer, name varchar(10))");
			try (Connection writer = DriverManager.getConnection(this.url)) {
				writer.setAutoCommit(false);
				execute(writer, "insert into busy values (1, 'secret')");
				CompletableFuture<Report> start = LockWaitsTests.start(this.dataSource, Duration.ofMillis(100),
						Duration.ofMinutes(1), step("alter table busy add column more integer"));
				assertThat(start.isDone()).isFalse();
				writer.commit();
				assertThat(start.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.COMPLETE);
			}
		}

	}

	@ExtendWith(OutputCaptureExtension.class)
	abstract static class Contract {

		final JdbcTemplate jdbc;

		private final String url;

		private final DriverManagerDataSource dataSource;

		Contract(String url) {
			this.url = url;
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.jdbc.execute("create table busy (id integer primary key, name varchar(10))");
			this.jdbc.update("insert into busy values (1, 'a')");
		}

		/**
		 * A report that reads the table in a transaction.
		 */
		final Connection reader() throws SQLException {
			Connection reader = DriverManager.getConnection(this.url);
			reader.setAutoCommit(false);
			execute(reader, "select count(*) from busy where name = 'secret'");
			return reader;
		}

		final CompletableFuture<Report> start(Duration timeout, Duration retry, Step step) {
			return LockWaitsTests.start(this.dataSource, timeout, retry, step);
		}

		void awaitWait() {
		}

		@Test
		void applicationGoesOnWhileAStatementWaits(CapturedOutput output) throws Exception {
			try (Connection reader = reader()) {
				CompletableFuture<Report> start = start(Duration.ofSeconds(1), Duration.ofMinutes(1),
						step("alter table busy add column more integer"));
				awaitBlockers(output);
				// Each of these queues behind the statement for a second at most
				for (int i = 0; i < 5; i++) {
					assertThat(this.jdbc.queryForObject("select count(*) from busy", Integer.class)).isEqualTo(1);
				}
				assertThat(start.isDone()).isFalse();
				reader.rollback();
				assertThat(start.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.COMPLETE);
			}
			assertThat(this.jdbc.queryForList("select more from busy")).hasSize(1);
			assertThat(output).doesNotContain("'secret'");
		}

		@Test
		void endOfPatienceNamesWhoWasInTheWay(CapturedOutput output) throws Exception {
			try (Connection reader = reader()) {
				CompletableFuture<Report> start = start(Duration.ofSeconds(2), Duration.ZERO,
						step("alter table busy add column more integer"));
				assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
					.isThrownBy(() -> start.get(1, TimeUnit.MINUTES))
					.havingCause()
					.isInstanceOf(InitializationException.class)
					.withMessageContaining("The lock was held by session ")
					.withMessageContaining("idle in transaction")
					.withMessageContaining(" ends it)")
					.satisfies((ex) -> assertThat(((InitializationException) ex).getAction())
						.contains("'db-init.jdbc.lock-retry'"));
				assertThat(reader.isValid(10)).isTrue();
			}
		}

		@Test
		void statementOfAMigrationHasItsOwnTimeout() throws Exception {
			Step step = new TestStep("own", Phase.MIGRATE, (context) -> {
				Connection connection = context.unwrap(Connection.class);
				execute(connection, this.url.contains("postgresql") ? "set lock_timeout = 60000"
						: "set session lock_wait_timeout = 60");
				execute(connection, "alter table busy add column more integer");
			});
			try (Connection reader = reader()) {
				CompletableFuture<Report> start = start(Duration.ofMillis(100), Duration.ZERO, step);
				TimeUnit.SECONDS.sleep(2);
				assertThat(start.isDone()).isFalse();
				reader.rollback();
				assertThat(start.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.COMPLETE);
			}
		}

	}

	private static void awaitBlockers(CapturedOutput output) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(output.getOut())
				.contains("A statement of a step waits for a lock that is held by session ")
				.contains("idle in transaction"));
	}

	private static CompletableFuture<Report> start(DriverManagerDataSource dataSource, Duration timeout, Duration retry,
			Step step) {
		JdbcDatabase database = new JdbcDatabase("jdbc", dataSource);
		database.patience(new LockPatience(timeout, retry));
		return CompletableFuture.supplyAsync(() -> Starts.of(database, step).run());
	}

	private static Step step(String sql) {
		return new TestStep("ddl", Phase.MIGRATE, TestStep.Work.sql(sql));
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
