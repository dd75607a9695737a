package io.dbinit.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Mode;
import io.dbinit.Phase;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for starts whose application user has few rights.
 */
class RightsTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
			execute("create role %s login".formatted(this.application),
					"create role %s login".formatted(this.migration),
					"grant create on schema public to " + this.migration);
		}

		@Override
		String url(String user) {
			return this.url.replace("user=postgres", "user=" + user);
		}

		@Override
		String owner() {
			return this.jdbc.queryForObject("select tableowner from pg_tables where tablename = 'db_init_lock'",
					String.class);
		}

		/**
		 * Not on the MariaDB of the tests, where every user may read databases of such
		 * names.
		 */
		@Test
		void errorPrintsTheStatementThatGrantsTheRightToRead() {
			DriverManagerDataSource owner = new DriverManagerDataSource(url(this.migration));
			start(new JdbcDatabase("jdbc", owner), "data").run();
			grantFromError(initializer(null, "data"), "select");
			assertThat(initializer(null, "data").run().message()).isEqualTo("Nothing to do");
		}

		@Test
		void errorPrintsTheStatementThatGrantsTheRightToCreateTables() {
			grantFromError(initializer(null, "data"), " create ");
			assertThat(initializer(null, "data").run().state()).isEqualTo(State.COMPLETE);
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb());
			String name = this.url.replaceAll(".*/(\\w+)\\?.*", "$1");
			execute("create user %s@localhost identified by 'x'".formatted(this.application),
					"create user %s@localhost identified by 'x'".formatted(this.migration),
					"grant all on %s.* to %s@localhost with grant option".formatted(name, this.migration),
					"grant show view on %s.* to %s@localhost".formatted(name, this.application));
		}

		@Override
		String url(String user) {
			return this.url.replace("user=test&password=test", "user=" + user + "&password=x");
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
			execute("create user %s password 'x'".formatted(this.application),
					"create user %s password 'x' admin".formatted(this.migration));
		}

		@Override
		String url(String user) {
			return this.url.replace(";DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=", ";USER=" + user + ";PASSWORD=x");
		}

	}

	abstract static class Contract {

		final String url;

		final JdbcTemplate jdbc;

		final String application = unique("app");

		final String migration = unique("mig");

		Contract(String url) {
			this.url = url;
			this.jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
		}

		abstract String url(String user);

		String owner() {
			return this.migration;
		}

		final void execute(String... statements) {
			Servers.execute(this.url, statements);
		}

		@Test
		void tablesAreWrittenByTheUserWhoMigrates() {
			assertThat(initializer(this.migration, "data").run().state()).isEqualTo(State.COMPLETE);
			assertThat(owner()).isEqualToIgnoringCase(this.migration);
			assertThat(this.jdbc.queryForList("select * from data")).isEmpty();
			assertThat(initializer(this.migration, "data", "more").run().state()).isEqualTo(State.COMPLETE);
		}

		@Test
		void userOfTheApplicationNeedsToReadTheTablesForAStartWithNothingToDo() {
			initializer(this.migration, "data").run();
			assertThat(initializer("nobody", "data").run().message()).isEqualTo("Nothing to do");
			assertThat(initializer(null, "data").run().message()).isEqualTo("Nothing to do");
			assertThat(initializer(null, "data").history("jdbc", 5)).hasSize(1);
		}

		@Test
		void userOfTheApplicationNeedsToReadTheTablesToWaitAndToVerify() {
			initializer(this.migration, "data").run();
			for (Mode mode : List.of(Mode.WAIT, Mode.VERIFY)) {
				assertThat(follower(mode, "data").run().message()).isEqualTo("Nothing to do");
			}
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> follower(Mode.VERIFY, "data", "more").run())
				.withMessageContaining("'more' pending");
			assertThat(new JdbcDatabase("jdbc", new DriverManagerDataSource(url(this.application))).holder()).isEmpty();
		}

		private Initializer follower(Mode mode, String... tables) {
			return Starts.of(mode, new JdbcDatabase("jdbc", new DriverManagerDataSource(url(this.application))),
					Stream.of(tables).map(Contract::create).toArray(Step[]::new));
		}

		final void grantFromError(Initializer initializer, String right) {
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run).satisfies((ex) -> {
				assertThat(ex.getAction()).contains(" grant this: grant ");
				String statements = ex.getAction().replaceFirst("(?s).* grant this: ", "");
				assertThat(statements.toLowerCase(Locale.ROOT)).contains(right.strip());
				execute(statements.split("; "));
			});
		}

		final Initializer initializer(String login, String... tables) {
			JdbcDatabase database = new JdbcDatabase("jdbc", new DriverManagerDataSource(url(this.application)));
			if (login != null) {
				database.login(new Login(null, login, "x"));
			}
			return start(database, tables);
		}

		static Initializer start(JdbcDatabase database, String... tables) {
			return Starts.of(database, Stream.of(tables).map(Contract::create).toArray(Step[]::new));
		}

		private static Step create(String table) {
			return TestStep.once(table, Phase.MIGRATE,
					TestStep.Work.sql("create table if not exists " + table + " (id integer)"));
		}

		private static String unique(String prefix) {
			return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
		}

	}

}
