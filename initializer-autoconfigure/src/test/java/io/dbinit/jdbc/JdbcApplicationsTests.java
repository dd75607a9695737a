package io.dbinit.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dbinit.Database;
import io.dbinit.Ledger;
import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.testing.AbstractApplicationsTests;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the records of several applications in one SQL database.
 */
class JdbcApplicationsTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void startOfAnOlderReleaseIsOneStatementBesideManyApplications() {
			for (int i = 0; i < 50; i++) {
				release("application " + i, "2.4", once("presets", "2"));
			}
			this.jdbc.execute("create extension pg_stat_statements");
			this.jdbc.execute("select pg_stat_statements_reset()");
			assertThat(release("application 7", "2.3", once("presets", "1")).message()).contains("older release");
			assertThat(statements()).containsExactly(1);
		}

		@Test
		void startOfAnOlderPlanIsTwoStatements() {
			plan("orders", null, once("presets", "1"));
			plan("orders", null, once("presets", "2"));
			this.jdbc.execute("create extension pg_stat_statements");
			this.jdbc.execute("select pg_stat_statements_reset()");
			assertThat(plan("orders", null, once("presets", "1")).message()).contains("older release");
			assertThat(statements()).containsExactly(1, 1);
		}

		private List<Integer> statements() {
			return this.jdbc.queryForList("""
					select calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
					where d.datname = current_database() and query like '%db_init%'
						and query not like '%pg_stat_statements%'""", Integer.class);
		}

		@Test
		void startIsOneStatementBesideManyApplications() {
			for (int i = 0; i < 50; i++) {
				start("application " + i, once("presets", "" + i));
			}
			this.jdbc.execute("create extension pg_stat_statements");
			Database database = createDatabase();
			this.jdbc.execute("select pg_stat_statements_reset()");
			assertThat(database.look(Duration.ofSeconds(5), "application 7", List.of()).steps())
				.containsExactlyEntriesOf(Map.of("presets", "7"));
			assertThat(statements()).containsExactly(1);
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

		@Override
		Ledger ledger() {
			return new Ledger(null, "MIGRATIONS", "ID", List.of("ID", "NAME"));
		}

	}

	abstract static class Contract extends AbstractApplicationsTests {

		final JdbcTemplate jdbc;

		private final DriverManagerDataSource dataSource;

		Contract(String url) {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
		}

		@Override
		protected Database createDatabase() {
			return new JdbcDatabase("jdbc", this.dataSource);
		}

		/**
		 * Return the table of migrations with its names as the catalog has them.
		 */
		Ledger ledger() {
			return new Ledger(null, "migrations", "id", List.of("id", "name"));
		}

		@Test
		void migrationsOfAnotherApplicationAreNotTakenForChangesByOtherPrograms() {
			this.jdbc.execute("create table migrations (id integer, name varchar(20))");
			Step orders = new Migration("orders", ledger(), "insert into migrations values (1, 'orders')");
			Step billing = new Migration("billing", ledger(), "insert into migrations values (2, 'billing')");
			start("orders", orders);
			start("billing", billing);
			assertThat(start("orders", orders).message()).isEqualTo("Nothing to do");
			assertThat(start("billing", billing).message()).isEqualTo("Nothing to do");
			this.jdbc.update("delete from migrations where id = 1");
			assertThat(start("orders", orders).message()).isNotEqualTo("Nothing to do");
		}

	}

	/**
	 * A migration with a ledger.
	 *
	 * @param name the name of the step
	 * @param table the table in which it is recorded
	 * @param sql the statement
	 */
	private record Migration(String name, Ledger table, String sql) implements Step {

		@Override
		public Phase phase() {
			return Phase.MIGRATE;
		}

		@Override
		public String fingerprint() {
			return this.name;
		}

		@Override
		public Optional<Ledger> ledger() {
			return Optional.of(this.table);
		}

		@Override
		public void run(StepContext context) throws Exception {
			TestStep.Work.sql(this.sql).run(context);
		}

	}

}
