package io.dbinit.jdbc;

import java.nio.file.Path;

import javax.sql.DataSource;

import io.dbinit.AbstractJournalTests;
import io.dbinit.Database;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Runs the contract of {@link Database} and {@link io.dbinit.Journal} on each product.
 */
class JdbcJournalTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
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
	@Tag("slow")
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
		}

	}

	@Nested
	@Tag("slow")
	class OnH2AsPostgreSql extends Contract {

		OnH2AsPostgreSql() {
			super(Servers.h2() + ";MODE=PostgreSQL");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2AsMySql extends Contract {

		OnH2AsMySql() {
			super(Servers.h2() + ";MODE=MySQL");
		}

	}

	@Nested
	@Tag("slow")
	class OnH2InAFile extends Contract {

		OnH2InAFile(@TempDir Path folder) {
			super("jdbc:h2:file:" + folder.resolve("test") + ";DB_CLOSE_DELAY=0");
		}

	}

	abstract static class Contract extends AbstractJournalTests {

		private final DataSource dataSource;

		Contract(String url) {
			this.dataSource = new DriverManagerDataSource(url);
		}

		@Override
		protected Database createDatabase() {
			return new JdbcDatabase("test", this.dataSource);
		}

	}

}
