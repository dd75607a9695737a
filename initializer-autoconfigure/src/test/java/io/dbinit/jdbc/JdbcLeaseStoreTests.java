package io.dbinit.jdbc;

import io.dbinit.lock.AbstractLeaseStoreTests;
import io.dbinit.lock.LeaseStore;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Nested;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcLeaseStore}.
 */
class JdbcLeaseStoreTests {

	@Nested
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

	}

	@Nested
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb());
		}

	}

	@Nested
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

	}

	abstract static class Contract extends AbstractLeaseStoreTests {

		private final String url;

		Contract(String url) {
			this.url = url;
		}

		@Override
		protected LeaseStore createStore() {
			return new JdbcLeaseStore("test", new Connector(new DriverManagerDataSource(this.url)));
		}

	}

}
