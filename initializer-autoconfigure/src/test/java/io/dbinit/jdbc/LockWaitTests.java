package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.dbinit.Phase;
import io.dbinit.UnavailableException;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a start which waits for a lock on the starter's tables names the lock and
 * its holder.
 */
class LockWaitTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void lockedTableIsNamedToTheReader() throws SQLException {
			try (Connection holder = this.dataSource.getConnection()) {
				holder.setAutoCommit(false);
				Sql.execute(holder, "set application_name = 'a report'");
				Sql.execute(holder, "lock table db_init_database in access exclusive mode");
				assertThatExceptionOfType(UnavailableException.class)
					.isThrownBy(() -> new JdbcDatabase("jdbc", this.dataSource).look(TIMEOUT))
					.withMessageMatching(
							"'jdbc' waits for a lock on table 'db_init_database', held by session \\d+ \\(user 'postgres', application 'a report', address '.+', state 'idle in transaction', for '.+'\\)");
			}
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb());
		}

		@Test
		void lockedTableIsNamedToTheReader() throws SQLException {
			try (Connection holder = this.dataSource.getConnection()) {
				Sql.execute(holder, "lock tables db_init_database write");
				// The server forgets the statement that waits soon after its client has
				// gone
				Awaitility.await()
					.untilAsserted(() -> assertThatExceptionOfType(UnavailableException.class)
						.isThrownBy(() -> new JdbcDatabase("jdbc", this.dataSource).look(TIMEOUT))
						.withMessageContaining("'jdbc' waits for a lock on table 'db_init_"));
			}
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
		}

	}

	abstract static class Contract {

		protected final DriverManagerDataSource dataSource;

		Contract(String url) {
			this.dataSource = new DriverManagerDataSource(url);
		}

		@BeforeEach
		void create() {
			Starts
				.of(new JdbcDatabase("jdbc", this.dataSource),
						TestStep.once("seed", Phase.SEED, TestStep.Work.sql("create table t (id integer)")))
				.run();
		}

		@Test
		void holderOfARowIsNamedToTheWriter() throws SQLException {
			try (Connection holder = this.dataSource.getConnection()) {
				holder.setAutoCommit(false);
				Sql.execute(holder, "update db_init_lock set token = token");
				assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> {
					try (JdbcLeaseStore store = new JdbcLeaseStore("jdbc", new Connector(this.dataSource),
							LockPatience.DEFAULT)) {
						store.tryAcquire("owner", TIMEOUT.multipliedBy(3));
					}
				})
					.satisfies((ex) -> assertThat(ex.getMessage().toLowerCase())
						.contains("it waits for a lock on table", "db_init_lock", "held by session"));
			}
		}

	}

}
