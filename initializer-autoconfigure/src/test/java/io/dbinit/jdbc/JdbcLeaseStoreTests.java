package io.dbinit.jdbc;

import java.nio.file.Path;
import java.util.UUID;

import io.dbinit.testing.TestDatabase;
import io.dbinit.lock.AbstractLeaseStoreTests;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;
import io.dbinit.lock.Lock;
import io.dbinit.lock.LockOptions;
import io.dbinit.lock.LockTimeoutException;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcLeaseStore}.
 */
class JdbcLeaseStoreTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void sessionThatThisUserMayNotEndIsNamed() {
			String url = Servers.postgreSql();
			String user = "weak_" + UUID.randomUUID().toString().substring(0, 8);
			LeaseStore holder = store(url);
			acquire(holder, "frozen", SHORT);
			Servers.execute(url, "create role " + user + " login",
					"grant all on all tables in schema public to " + user);
			DriverManagerDataSource dataSource = new DriverManagerDataSource(
					url.replaceFirst("user=\\w+", "user=" + user));
			try (LeaseStore store = new JdbcLeaseStore("test", new Connector(dataSource), LockPatience.DEFAULT)) {
				Lock lock = new Lock("test", store, new LockOptions(LONG, SHORT.multipliedBy(3), SHORT.dividedBy(5)));
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> lock.acquire("b", (lease) -> {
				}))
					.withMessageContaining("the lease of 'frozen' ")
					.withMessageContaining(" still holds its session lock and could not be ended: ")
					.withMessageContaining("permission denied")
					.matches((ex) -> !ex.isHeld());
			}
			holder.close();
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
	@RequiresServer
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver());
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
		}

		@Test
		void leaseOfAProcessThatCrashedIsTakenOverAtOnce(@TempDir Path directory) {
			String url = "jdbc:h2:" + directory.resolve("db") + ";USER=sa";
			Lease first = acquire(store(url), "a", LONG);
			// Otherwise H2 may lose what was committed within half a second
			Servers.execute(url, "checkpoint sync", "shutdown immediately");
			Lease second = acquire(store(url), "b", LONG);
			assertThat(second.takenOverFrom()).map(Lease::token).hasValue(first.token());
		}

		@Test
		void userWithoutRightsWaitsForTheLeaseToRunOut() {
			String url = Servers.h2();
			Servers.execute(url, "create user other password 'x'", "grant alter any schema to other");
			acquire(store(url), "a", SHORT);
			Servers.execute(url, "grant all on schema public to other");
			TestDatabase database = new TestDatabase(new JdbcDatabase("test", new DriverManagerDataSource(
					url.replace("DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=", "USER=other;PASSWORD=x"))));
			try (LeaseStore store = database.leases()) {
				assertThat(store.tryAcquire("b", LONG)).isEmpty();
				assertThat(awaitLease(store, "b", LONG).takenOverFrom()).isPresent();
				assertThat(database.session().limitations()).singleElement().asString().contains("administrators");
			}
		}

	}

	abstract static class Contract extends AbstractLeaseStoreTests {

		private final String url;

		Contract(String url) {
			this.url = url;
		}

		@Override
		protected LeaseStore createStore() {
			return store(this.url);
		}

		static LeaseStore store(String url) {
			return new JdbcLeaseStore("test", new Connector(new DriverManagerDataSource(url)), LockPatience.DEFAULT);
		}

	}

}
