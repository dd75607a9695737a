package io.dbinit.jdbc;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dbinit.SessionLeaseStore;
import io.dbinit.jdbc.Dialect.Role;
import io.dbinit.testing.TestDatabase;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.LeaseStore;
import io.dbinit.lock.Lock;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TcpProxy;
import jdk.net.ExtendedSocketOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for holders of a lease whose network breaks.
 */
@RequiresServer
class BrokenNetworkTests {

	@Nested
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql(), "select pg_sleep(120)");
		}

		@Test
		void statementOfAProcessThatDiedEndsLongBeforeItsLease() throws Exception {
			TestDatabase dying = new TestDatabase(new JdbcDatabase("dying", this.far.dataSource()));
			try (LeaseStore store = dying.leases()) {
				Lease first = store.tryAcquire("far:1:a", Duration.ofMinutes(10)).orElseThrow();
				Connection connection = dying.unwrap(Connection.class);
				CompletableFuture<Void> work = CompletableFuture.runAsync(() -> work(connection));
				Awaitility.await().until(() -> isSleeping());
				this.proxy.cut();
				try (LeaseStore next = this.near.leases()) {
					Lease second = Awaitility.await()
						.atMost(Duration.ofMinutes(1))
						.until(() -> next.tryAcquire("near:1:b", LEASE), (given) -> given.isPresent())
						.orElseThrow();
					assertThat(second.takenOverFrom()).map(Lease::token).hasValue(first.token());
					assertThat(isSleeping()).isFalse();
				}
				assertThat(work).isCompletedExceptionally();
			}
		}

		private boolean isSleeping() throws SQLException {
			try (Connection connection = this.near.dataSource().getConnection()) {
				return Sql.value(connection, """
						select pid::text from pg_stat_activity where query like 'select pg_sleep%'
						and state = 'active' and datname = current_database()""").isPresent();
			}
		}

		@Test
		void bothSystemsNoticeThatTheOtherEndIsGone() throws Exception {
			try (ServerSession session = open()) {
				assertKeepAlive(session);
				assertThat(Sql.value(session.connection(), "show tcp_keepalives_idle")).hasValue("20");
				assertThat(Sql.value(session.connection(), "show tcp_user_timeout")).hasValue("45000");
				assertThat(Sql.value(session.connection(), "show client_connection_check_interval")).hasValue("2s");
				assertThat(Sql.value(session.connection(), "show idle_session_timeout")).hasValue("0");
			}
		}

	}

	@Nested
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb(), "select sleep(120)");
		}

		@Test
		void statementOfAProcessThatDiedIsEndedLongBeforeItsLease() throws Exception {
			Duration lease = Duration.ofMinutes(10);
			TestDatabase dying = new TestDatabase(new JdbcDatabase("dying", this.far.dataSource()));
			try (LeaseStore store = dying.leases(); LeaseStore next = this.near.leases()) {
				Lease first = store.tryAcquire("far:1:a", lease).orElseThrow();
				Connection connection = dying.unwrap(Connection.class);
				CompletableFuture<Void> work = CompletableFuture.runAsync(() -> work(connection));
				Awaitility.await().until(this::isSleeping);
				assertThat(next.tryAcquire("near:1:b", lease.multipliedBy(3))).isEmpty();
				assertThat(sessions(first)).hasSize(2);
				this.proxy.cut();
				Awaitility.await().until(() -> sessions(first).size() == 1);
				// It may only have lost its connections: a renewal is not due yet
				assertThat(next.tryAcquire("near:1:b", lease)).isEmpty();
				assertThat(sessions(first)).hasSize(1);
				Lease second = Awaitility.await()
					.until(() -> next.tryAcquire("near:1:b", lease.multipliedBy(3)), Optional::isPresent)
					.orElseThrow();
				assertThat(second.takenOverFrom()).map(Lease::token).hasValue(first.token());
				assertThat(sessions(first)).isEmpty();
				assertThat(work).isCompletedExceptionally();
			}
		}

		private boolean isSleeping() throws SQLException {
			try (Connection connection = this.near.dataSource().getConnection()) {
				return Sql.value(connection, """
						select id from information_schema.processlist where info like 'select sleep%'
						and db = database()""").isPresent();
			}
		}

		private List<String> sessions(Lease lease) throws SQLException {
			try (Connection connection = this.near.dataSource().getConnection()) {
				return new MySqlDialect().sessionsOf(connection, lease.owner(), Optional.empty());
			}
		}

		@Test
		void systemNoticesThatTheServerIsGone() throws Exception {
			try (ServerSession session = open()) {
				assertKeepAlive(session);
			}
		}

	}

	@Nested
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver(), "select sleep(120)");
		}

	}

	abstract static class Contract {

		protected static final Duration LEASE = Duration.ofSeconds(3);

		protected final TcpProxy proxy;

		protected final JdbcDatabase near;

		protected final JdbcDatabase far;

		private final TestDatabase leases;

		private final Lock lock;

		private final String sleep;

		Contract(String url, String sleep) {
			Matcher matcher = Pattern.compile("(.*//)([^:/]+):(\\d+)(.*)").matcher(url);
			matcher.matches();
			this.proxy = new TcpProxy(matcher.group(2), Integer.parseInt(matcher.group(3)));
			String far = matcher.group(1) + "127.0.0.1:" + this.proxy.port() + matcher.group(4);
			this.near = new JdbcDatabase("near", new DriverManagerDataSource(url));
			this.far = new JdbcDatabase("far", new DriverManagerDataSource(far));
			this.leases = new TestDatabase(this.far);
			this.lock = new Lock("far", this.leases.leases(), new LockOptions(LEASE, LEASE, Duration.ofMillis(100)));
			this.sleep = sleep;
		}

		@AfterEach
		void close() {
			this.proxy.thaw();
			this.lock.close();
			this.proxy.close();
		}

		@Test
		void statementOnHalfOpenConnectionIsCutOffWithTheLease() {
			this.lock.acquire("far:1:a", (holder) -> {
			});
			CompletableFuture<Void> work = CompletableFuture.runAsync(this::work);
			this.proxy.freeze();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(work::isCompletedExceptionally);
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(this.lock::check);
		}

		@Test
		void successorEndsHalfOpenSessionAndGoesOn() {
			Lease lost = this.lock.acquire("far:1:a", (holder) -> {
			});
			CompletableFuture<Void> work = CompletableFuture.runAsync(this::work);
			this.proxy.freeze();
			try (SessionLeaseStore store = this.near.leases()) {
				Lease lease = Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> store.tryAcquire("near:1:b", LEASE), (given) -> given.isPresent())
					.orElseThrow();
				assertThat(lease.takenOverFrom()).map(Lease::token).hasValue(lost.token());
				store.open(lease).terminateOrphans(lease.takenOverFrom().orElseThrow(), Duration.ofSeconds(10));
				this.proxy.thaw();
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(work::isCompletedExceptionally);
				Awaitility.await()
					.untilAsserted(
							() -> assertThatExceptionOfType(LeaseLostException.class).isThrownBy(this.lock::check));
			}
		}

		@Test
		void leaseSurvivesShortCutOfItsConnection() {
			Lease lease = this.lock.acquire("far:1:a", (holder) -> {
			});
			this.proxy.cut();
			this.lock.activity("again");
			this.lock.check();
			// What was done through the working connection is gone
			assertThatExceptionOfType(Exception.class).isThrownBy(this::work);
			try (LeaseStore store = this.near.leases()) {
				assertThat(store.current()).map(Lease::token).hasValue(lease.token());
			}
		}

		protected final ServerSession open() throws SQLException {
			return ServerSession.open(new Connector(this.far.dataSource()), "a", Role.STEP, LEASE);
		}

		protected static void assertKeepAlive(ServerSession session) throws IOException {
			assertThat(session.sockets()).hasSize(1);
			Socket socket = session.sockets().get(0);
			assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
			assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(20);
		}

		private void work() {
			work(this.leases.unwrap(Connection.class));
		}

		protected final void work(Connection connection) {
			try {
				connection.createStatement().execute(this.sleep);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
