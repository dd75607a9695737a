package io.dbinit.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.dbinit.Change;
import io.dbinit.testing.TestDatabase;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Phase;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import io.dbinit.MigrationVersions;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.LeaseStore;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link JdbcDatabase}, its journal and its sessions.
 */
class JdbcDatabaseTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql(), "PostgreSQL 17");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb(), "MariaDB 11");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver(), "MySQL 11");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2(), "H2 2");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2AsPostgreSql extends Contract {

		OnH2AsPostgreSql() {
			super(Servers.h2() + ";MODE=PostgreSQL", "H2 2");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2AsMySql extends Contract {

		OnH2AsMySql() {
			super(Servers.h2() + ";MODE=MySQL", "H2 2");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2InAFile extends Contract {

		private static final Duration DEFAULT = Duration.ofMillis(500);

		OnH2InAFile(@TempDir Path folder) {
			super("jdbc:h2:file:" + folder.resolve("db"), "H2 2");
		}

		@Test
		void writesNothingToItsFileInTheMiddleOfAChange() {
			Lease lease = acquire(this.database, "a");
			Journal journal = this.database.journal(lease);
			journal.begin(run("1", lease, Outcome.RUNNING), "test");
			assertThat(writeDelay()).isEqualTo(DEFAULT);
			journal.intend("liquibase", "create table 'a'");
			assertThat(writeDelay()).isGreaterThan(Duration.ofHours(1));
			journal.intend("liquibase", "create table 'b'");
			journal.conclude("liquibase", "create table 'a'");
			assertThat(writeDelay()).isGreaterThan(Duration.ofHours(1));
			journal.conclude("liquibase", "create table 'b'");
			assertThat(writeDelay()).isEqualTo(DEFAULT);
			journal.intend("liquibase", "create table 'b'");
			journal.end(run("1", lease, Outcome.FAILED), Map.of(), Map.of());
			assertThat(writeDelay()).isEqualTo(DEFAULT);
		}

		@Test
		void usualDelayIsKnownAfterAKill() throws Exception {
			Lease lease = acquire(this.database, "a");
			this.database.journal(lease).intend("liquibase", "create table 'a'");
			this.jdbc.execute("shutdown");
			close();
			TestDatabase next = database();
			Journal journal = next.journal(acquire(next, "b"));
			journal.intend("liquibase", "create table 'a'");
			journal.conclude("liquibase", "create table 'a'");
			assertThat(writeDelay()).isEqualTo(DEFAULT);
		}

		private Duration writeDelay() {
			return this.jdbc.execute((ConnectionCallback<Duration>) (connection) -> Duration
				.ofMillis(((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase()
					.getWriteDelay()));
		}

	}

	abstract static class Contract {

		private static final Duration LONG = Duration.ofSeconds(30);

		private static final Duration SHORT = Duration.ofMillis(1500);

		private static final Duration TIMEOUT = Duration.ofSeconds(5);

		private final DataSource dataSource;

		private final String product;

		protected final JdbcTemplate jdbc;

		private final List<AutoCloseable> opened = new ArrayList<>();

		protected final TestDatabase database;

		Contract(String url, String product) {
			this.dataSource = new DriverManagerDataSource(url);
			this.product = product;
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.database = database();
		}

		protected final TestDatabase database() {
			TestDatabase database = new TestDatabase(new JdbcDatabase("test", this.dataSource));
			this.opened.add(database);
			return database;
		}

		private LeaseStore store(TestDatabase database) {
			LeaseStore store = database.leases();
			this.opened.add(store);
			return store;
		}

		protected final Lease acquire(TestDatabase database, String owner) {
			LeaseStore store = store(database);
			return Awaitility.await().until(() -> store.tryAcquire(owner, LONG), (lease) -> lease.isPresent()).get();
		}

		@AfterEach
		void close() throws Exception {
			for (AutoCloseable closeable : this.opened) {
				closeable.close();
			}
		}

		@Test
		void looksAtEmptyDatabase() {
			Marker marker = this.database.look(TIMEOUT);
			assertThat(marker.product()).startsWith(this.product);
			assertThat(marker.readOnly()).isFalse();
			assertThat(marker.createdAt()).isNull();
			assertThat(marker.complete()).isFalse();
			assertThat(marker.steps()).isEmpty();
		}

		@Test
		void begunRunMarksDatabase() {
			Lease lease = acquire(this.database, "a");
			this.database.journal(lease).begin(run("1", lease, Outcome.RUNNING), "staging");
			Marker marker = this.database.look(TIMEOUT);
			assertThat(marker.createdAt()).isBetween(lease.since().minusSeconds(1), lease.since().plusSeconds(60));
			assertThat(marker.environment()).isEqualTo("staging");
			assertThat(marker.complete()).isFalse();
		}

		@Test
		void failedRunLeavesDatabaseIncomplete() {
			Lease lease = acquire(this.database, "a");
			Journal journal = this.database.journal(lease);
			journal.end(run("1", lease, Outcome.FAILED), Map.of("liquibase", "1"), Map.of());
			Marker marker = this.database.look(TIMEOUT);
			assertThat(marker.complete()).isFalse();
			assertThat(marker.steps()).containsOnlyKeys("liquibase");
		}

		@Test
		void keepsOnlyTheNewestRuns() {
			Lease lease = acquire(this.database, "a");
			Journal journal = this.database.journal(lease);
			for (int i = 0; i < 104; i++) {
				this.jdbc.update("insert into db_init_run (id, token, outcome) values (?, ?, 'DONE')", "old-" + i,
						i - 200);
				this.jdbc.update("insert into db_init_run_step (run_id, position, name) values (?, 0, 'x')",
						"old-" + i);
			}
			journal.end(run("new", lease, Outcome.DONE), Map.of(), Map.of());
			List<RunReport> history = this.database.history(1);
			assertThat(history).extracting(RunReport::id).containsExactly("new");
			assertThat(count("db_init_run")).isEqualTo(100);
			assertThat(this.jdbc.queryForList("select run_id from db_init_run_step order by run_id", String.class))
				.doesNotContain("old-0", "old-4")
				.contains("old-5");
		}

		@Test
		void changeInDoubtIsSettledByLaterRun() {
			Lease first = acquire(this.database, "a");
			this.database.journal(first).intend("liquibase", "create table 'a'");
			store(this.database).close();
			TestDatabase next = database();
			this.opened.forEach(this::closeQuietly);
			Lease second = lapse(first, next);
			Journal journal = next.journal(second);
			journal.intend("liquibase", "create table 'a'");
			journal.conclude("liquibase", "create table 'a'");
			assertThat(journal.inDoubt()).isEmpty();
		}

		@Test
		void everyWriteOfAnOldTokenIsRefused() throws Exception {
			Lease first = acquire(this.database, "a");
			Journal old = this.database.journal(first);
			old.begin(run("1", first, Outcome.RUNNING), "test");
			old.intend("step", "change");
			this.jdbc.execute("create table work (id integer)");
			TestDatabase next = database();
			Lease second = lapse(first, next);
			next.terminateOrphans(second, TIMEOUT);
			List<Map<String, Object>> before = contents();
			assertLost(() -> old.begin(run("2", first, Outcome.RUNNING), "other"));
			assertLost(() -> old.intend("step", "other"));
			assertLost(() -> old.conclude("step", "change"));
			assertLost(() -> old.end(run("1", first, Outcome.DONE), Map.of("step", "1"), Map.of()));
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> old.once("step", "1", () -> insertWork(this.database)));
			assertThat(contents()).isEqualTo(before);
			assertThat(count("work")).isZero();
		}

		@Test
		void workOfAnOldTokenIsRolledBackWithItsRecord() throws Exception {
			Lease first = acquire(this.database, "a");
			this.jdbc.execute("create table work (id integer)");
			Journal old = this.database.journal(first);
			assertLost(() -> old.once("step", "1", () -> {
				insertWork(this.database);
				this.jdbc.update("update db_init_lock set token = token + 1, owner = 'b'");
			}));
			assertThat(count("work")).isZero();
			assertThat(this.database.look(TIMEOUT).steps()).isEmpty();
		}

		@Test
		void workAndItsRecordAreWrittenTogether() throws Exception {
			Lease lease = acquire(this.database, "a");
			this.jdbc.execute("create table work (id integer)");
			Journal journal = this.database.journal(lease);
			journal.begin(run("1", lease, Outcome.RUNNING), "test");
			journal.once("seed", "v1", () -> {
				insertWork(this.database);
				assertThat(count("work")).isZero();
			});
			assertThat(count("work")).isOne();
			assertThat(this.database.look(TIMEOUT).steps()).containsExactly(Map.entry("seed", "v1"));
			assertThat(this.database.unwrap(Connection.class).getAutoCommit()).isTrue();
			journal.once("seed", "v2", () -> insertWork(this.database));
			assertThat(this.database.look(TIMEOUT).steps()).containsExactly(Map.entry("seed", "v2"));
		}

		@Test
		void failedWorkIsRolledBack() throws Exception {
			Lease lease = acquire(this.database, "a");
			this.jdbc.execute("create table work (id integer)");
			Journal journal = this.database.journal(lease);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> journal.once("seed", "v1", () -> {
				insertWork(this.database);
				throw new SQLException("intended");
			})).withMessage("intended");
			assertThat(count("work")).isZero();
			assertThat(this.database.look(TIMEOUT).steps()).isEmpty();
			assertThat(this.database.unwrap(Connection.class).getAutoCommit()).isTrue();
		}

		@Test
		void leaseIsRenewedWhileWorkGoesOn() throws Exception {
			LeaseStore store = store(this.database);
			Lease lease = store.tryAcquire("a", LONG).orElseThrow();
			this.jdbc.execute("create table work (id integer)");
			this.database.journal(lease).once("seed", "v1", () -> {
				insertWork(this.database);
				assertThat(store.renew(lease, LONG, "working")).isTrue();
			});
		}

		@Test
		void nextHolderGoesOnAtOnceAfterDeathOfWorkingSession() throws SQLException {
			Lease first = acquire(this.database, "a");
			endWorkingSession();
			TestDatabase next = database();
			Lease second = acquire(next, "b");
			assertThat(second.since()).isBefore(first.expires());
			assertThat(second.takenOverFrom()).map(Lease::token).hasValue(first.token());
			next.terminateOrphans(second, TIMEOUT);
			assertThat(next.look(TIMEOUT).complete()).isFalse();
		}

		@Test
		void holderNoticesAtItsRenewalThatTheServerEndedItsSession() throws SQLException {
			LeaseStore store = store(this.database);
			Lease lease = store.tryAcquire("a", LONG).orElseThrow();
			Connection connection = this.database.unwrap(Connection.class);
			endWorkingSession();
			Awaitility.await().until(() -> {
				store.renew(lease, LONG, "");
				return connection.isClosed();
			});
		}

		@Test
		void frozenHolderFindsItsConnectionDead() {
			LeaseStore store = store(this.database);
			Lease first = store.tryAcquire("a", SHORT).orElseThrow();
			this.jdbc.execute("create table work (id integer)");
			TestDatabase next = database();
			Lease second = acquire(next, "b");
			next.terminateOrphans(second, TIMEOUT);
			assertThat(second.takenOverFrom()).map(Lease::token).hasValue(first.token());
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> insertWork(this.database));
			assertThat(store.renew(first, LONG, "")).isFalse();
			assertThat(count("work")).isZero();
		}

		@Test
		void openTransactionOfFrozenHolderIsGoneBeforeTheNextOneWorks() throws Exception {
			LeaseStore store = store(this.database);
			store.tryAcquire("a", SHORT).orElseThrow();
			this.jdbc.execute("create table work (id integer)");
			this.database.unwrap(Connection.class).setAutoCommit(false);
			insertWork(this.database);
			TestDatabase next = database();
			Lease second = acquire(next, "b");
			next.terminateOrphans(second, TIMEOUT);
			next.journal(second).once("seed", "v1", () -> insertWork(next));
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> this.database.unwrap(Connection.class).commit());
			assertThat(count("work")).isOne();
		}

		@Test
		void frozenHolderThatWasRecordingTheEndOfItsRunRecordsNothing() throws Exception {
			Lease first = acquire(this.database, "a");
			Journal journal = this.database.journal(first);
			journal.begin(run("1", first, Outcome.RUNNING), "test");
			CompletableFuture<TestDatabase> successor = new CompletableFuture<>();
			MigrationVersions versions = new MigrationVersions("1", "1", 0);
			// Frozen while its transaction is open: the map is read in the middle of it
			Map<String, MigrationVersions> frozen = new AbstractMap<>() {

				@Override
				public Set<Entry<String, MigrationVersions>> entrySet() {
					if (!successor.isDone()) {
						TestDatabase next = database();
						next.terminateOrphans(lapse(first, next), TIMEOUT);
						successor.complete(next);
					}
					return Map.of("liquibase", versions).entrySet();
				}

			};
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> journal.end(run("1", first, Outcome.DONE), Map.of("step", "1"), frozen));
			assertThat(successor).isCompleted();
			Marker marker = successor.join().look(TIMEOUT);
			assertThat(marker.complete()).isFalse();
			assertThat(marker.steps()).isEmpty();
		}

		@Test
		void transactionOfSomebodyWhoCannotBeEndedIsWaitedFor() throws Exception {
			Lease first = acquire(this.database, "a");
			TestDatabase next = database();
			Lease second = lapse(first, next);
			next.terminateOrphans(second, LONG);
			try (Connection stranger = this.dataSource.getConnection()) {
				stranger.setAutoCommit(false);
				try (Statement statement = stranger.createStatement()) {
					statement.executeUpdate("update db_init_database set complete = complete");
				}
				assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(() -> next.terminateOrphans(second, Duration.ofMillis(10)))
					.withMessageContaining("keeps table 'db_init_database' locked");
				CompletableFuture<Void> end = CompletableFuture.runAsync(() -> rollBack(stranger),
						CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
				assertThat(next.terminateOrphans(second, LONG)).isEmpty();
				end.get();
			}
		}

		private static void rollBack(Connection connection) {
			try {
				connection.rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Test
		void controlSessionOfDeadHolderIsEnded() {
			Lease first = acquire(this.database, "a");
			TestDatabase next = database();
			Lease second = lapse(first, next);
			next.terminateOrphans(second, TIMEOUT);
			assertThatNoException().isThrownBy(() -> next.terminateOrphans(second, TIMEOUT));
			assertThat(next.terminateOrphans(second, TIMEOUT)).isEmpty();
		}

		@Test
		void abortedConnectionIsCutOff() throws SQLException {
			LeaseStore store = store(this.database);
			store.tryAcquire("a", LONG);
			Connection connection = this.database.unwrap(Connection.class);
			store.abort();
			Awaitility.await().until(connection::isClosed);
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> insertWork(this.database));
		}

		@Test
		void workingConnectionCannotBeClosedByItsUsers() throws SQLException {
			acquire(this.database, "a");
			this.database.unwrap(Connection.class).close();
			try (Connection connection = this.database.unwrap(DataSource.class).getConnection()) {
				assertThat(connection.isClosed()).isFalse();
			}
			assertThat(this.database.unwrap(Connection.class).isValid(1)).isTrue();
			assertThat(this.database.unwrap(Connection.class).unwrap(Connection.class)).isNotNull();
		}

		@Test
		void readsWithoutLock() throws SQLException {
			try (Statement statement = this.database.unwrap(Connection.class).createStatement()) {
				assertThat(statement.execute("select 1")).isTrue();
			}
			this.database.close();
			assertThat(this.database.unwrap(Connection.class).isValid(1)).isTrue();
		}

		@Test
		void hasNoOtherClients() {
			assertThatIllegalArgumentException().isThrownBy(() -> this.database.unwrap(String.class))
				.withMessageContaining("java.lang.String");
		}

		@Test
		void hasNoLimitations() {
			acquire(this.database, "a");
			assertThat(this.database.session().limitations()).isEmpty();
		}

		private Lease lapse(Lease lease, TestDatabase next) {
			this.jdbc.update("update db_init_lock set expires_at = acquired_at where token = ?", lease.token());
			Lease second = acquire(next, "b");
			assertThat(second.takenOverFrom()).map(Lease::token).hasValue(lease.token());
			return second;
		}

		private void closeQuietly(AutoCloseable closeable) {
			try {
				closeable.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void endWorkingSession() throws SQLException {
			try (Connection connection = this.dataSource.getConnection()) {
				Dialect dialect = Dialect.of(connection);
				dialect.terminate(connection,
						this.jdbc.queryForObject("select session from db_init_lock", String.class));
			}
		}

		private static void insertWork(TestDatabase database) throws SQLException {
			try (Statement statement = database.unwrap(Connection.class).createStatement()) {
				statement.executeUpdate("insert into work (id) values (1)");
			}
		}

		private static void assertLost(ThrowingCallable callable) {
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(callable);
		}

		private int count(String table) {
			return this.jdbc.queryForObject("select count(*) from " + table, Integer.class);
		}

		private List<Map<String, Object>> contents() {
			List<Map<String, Object>> contents = new ArrayList<>();
			for (String table : List.of("lock", "database", "step", "run", "change")) {
				contents.addAll(this.jdbc.queryForList("select * from db_init_" + table));
			}
			contents.forEach((row) -> row.replaceAll((column, value) -> String.valueOf(value)));
			return contents;
		}

		protected static RunReport run(String id, Lease lease, Outcome outcome) {
			Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
			if (outcome == Outcome.RUNNING) {
				return new RunReport(id, lease.token(), "host", "app 1.0", now, null, outcome, null, List.of());
			}
			StepReport step = new StepReport("liquibase", Phase.MIGRATE, outcome, now, Duration.ofMillis(12), null,
					List.of(Change.recorded("created \'a\'"), Change.recorded("created \'b\'")), null);
			StepReport pending = new StepReport("verify", Phase.VERIFY, Outcome.PENDING, null, null, null, List.of(),
					(outcome == Outcome.FAILED) ? "no, 'because'" : null);
			return new RunReport(id, lease.token(), "host", "app 1.0", now, Duration.ofMillis(34), outcome,
					(outcome == Outcome.FAILED) ? "failed" : null, List.of(step, pending));
		}

	}

}
