package io.dbinit.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Marker;
import io.dbinit.MigrationVersions;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.Release;
import io.dbinit.Report;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Tables} of other versions, with dumps of databases that a release
 * without versions has left: one failed run, one that succeeded, and a change in doubt.
 */
class TablesTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() throws IOException {
			super(Servers.postgreSql(), "postgresql.sql");
		}

		@Test
		void userWithoutTheRightToAlterTablesGoesOnWithOlderOnes() {
			this.jdbc.execute("create role no_owner login");
			this.jdbc.execute("grant select, insert, update, delete on all tables in schema public to no_owner");
			this.dataSource.setUrl(String.valueOf(this.dataSource.getUrl()).replace("user=postgres", "user=no_owner"));
			assertThat(initializer(LIQUIBASE, step("seed more")).run().state()).isEqualTo(State.COMPLETE);
			assertThat(this.database.look(TIMEOUT).steps()).containsKey("seed more");
			assertThat(versions()).containsExactly("none");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() throws IOException {
			super(Servers.mariaDb(), "mariadb.sql");
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() throws IOException {
			super(Servers.h2(), "h2.sql");
		}

	}

	abstract static class Contract {

		static final Duration TIMEOUT = Duration.ofSeconds(5);

		static final Step LIQUIBASE = TestStep.once("liquibase", Phase.MIGRATE, (context) -> {
		});

		private static final Step COUNTRIES = step("seed countries");

		final DriverManagerDataSource dataSource;

		final JdbcTemplate jdbc;

		final JdbcDatabase database;

		Contract(String url, String dump) throws IOException {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.database = new JdbcDatabase("jdbc", this.dataSource);
			String sql = new ClassPathResource("version-1/" + dump, TablesTests.class)
				.getContentAsString(StandardCharsets.UTF_8);
			Servers.execute(url, sql.split(";\\s*\\n"));
		}

		@Test
		void readsOlderVersion() {
			Marker marker = this.database.look(TIMEOUT);
			assertThat(marker.complete()).isTrue();
			assertThat(marker.environment()).isEqualTo("test");
			assertThat(marker.createdAt()).isBetween(Instant.parse("2026-11-26T06:30:00Z"),
					Instant.parse("2026-11-26T06:45:00Z"));
			assertThat(marker.steps()).isEqualTo(Map.of("liquibase", "1", "seed countries", "1"));
			assertThat(marker.versions()).isEqualTo(Map.of("liquibase", new MigrationVersions("2", "3", 1)));
		}

		@Test
		void startWithNothingToDoLeavesOlderVersion() {
			assertThat(initializer(LIQUIBASE, COUNTRIES).run().message()).isEqualTo("Nothing to do");
			assertThat(versions()).containsExactly("none");
		}

		@Test
		void runUpgradesVersionWithoutReleases() {
			assertThat(release("2.3", COUNTRIES).state()).isEqualTo(State.COMPLETE);
			for (String table : List.of("db_init_database", "db_init_application")) {
				for (String column : List.of("release_version", "release_time", "release_since")) {
					this.jdbc.execute("alter table " + table + " drop column " + column);
				}
			}
			for (String table : List.of("db_init_plan_step", "db_init_plan", "db_init_definition")) {
				this.jdbc.execute("drop table " + table);
			}
			this.jdbc.update("update db_init_database set version = 3");
			assertThat(release("2.3", COUNTRIES).message()).isEqualTo("Nothing to do");
			assertThat(versions()).containsExactly("3");
			assertThat(release("2.4", COUNTRIES, step("seed more")).message()).startsWith("Worked on");
			assertThat(versions()).containsExactly("5");
			assertThat(release("2.3", COUNTRIES).databases().get(0).limitations())
				.anySatisfy((limitation) -> assertThat(limitation).contains("this is the older release 2.3"));
		}

		private Report release(String version, Step... steps) {
			Plan.Builder plan = Plan.builder(Environment.of("production"))
				.application("orders")
				.release(new Release(version, null));
			return Starts.of(plan, this.database, steps).run();
		}

		@Test
		void runUpgradesOlderVersion() {
			List<RunReport> before = this.database.history(10);
			assertThat(before).extracting(RunReport::outcome)
				.containsExactly(Report.Outcome.DONE, Report.Outcome.FAILED);
			assertThat(initializer(LIQUIBASE, COUNTRIES, step("seed more")).run().state()).isEqualTo(State.COMPLETE);
			assertThat(versions()).containsExactly("5");
			assertThat(this.database.history(10)).hasSize(3).endsWith(before.toArray(RunReport[]::new));
			assertThat(this.database.look(TIMEOUT).steps()).containsOnlyKeys("liquibase", "seed countries",
					"seed more");
			assertThat(initializer(LIQUIBASE, COUNTRIES, step("seed more")).run().message()).isEqualTo("Nothing to do");
		}

		/**
		 * A release of version 2 adds its columns to the tables of version 1.
		 */
		private void version2() {
			this.jdbc.execute("alter table db_init_database add column version integer");
			this.jdbc.execute("alter table db_init_database add column required_version integer");
			this.jdbc.update("update db_init_database set version = 2");
		}

		@Test
		void applicationWithNothingToDoLeavesOlderVersion() {
			version2();
			assertThat(Starts.of("orders", this.database, LIQUIBASE, COUNTRIES).run().message())
				.isEqualTo("Nothing to do");
			assertThat(versions()).containsExactly("2");
		}

		@Test
		void applicationsTakeStepsOfOlderVersionOver() {
			version2();
			List<String> ran = new ArrayList<>();
			Step countries = TestStep.once("seed countries", Phase.SEED, (context) -> ran.add("countries"));
			Step more = TestStep.once("seed more", Phase.SEED, (context) -> ran.add("more"));
			Starts.of("orders", this.database, LIQUIBASE, countries, more).run();
			Starts.of("billing", this.database, countries).run();
			assertThat(ran).containsExactly("more");
			assertThat(versions()).containsExactly("5");
			assertThat(Starts.of("orders", this.database, LIQUIBASE, countries, more).run().message())
				.isEqualTo("Nothing to do");
			// As an older release in another replica sees it
			assertThat(initializer(LIQUIBASE, COUNTRIES).run().message()).isEqualTo("Nothing to do");
		}

		@Test
		void olderReleaseGoesOnWithNewerTables() {
			initializer(LIQUIBASE, step("seed more")).run();
			assertThat(this.jdbc.queryForList("""
					select d.created_at, d.environment, d.complete, s.name, s.fingerprint, s.current_version,
						s.latest_version, s.pending
					from db_init_database d left join db_init_step s on 1 = 1 where d.id = 1""")).hasSize(2);
			this.jdbc.execute("""
					insert into db_init_database (id, complete, token, revision)
					select 1, false, 0, 0 from (select count(*) as present from db_init_database) t
					where t.present = 0""");
			this.jdbc.update("insert into db_init_run (id, token, outcome) values ('old', 99, 'DONE')");
			this.jdbc.update("update db_init_database set token = 99, revision = revision + 1, complete = true");
			assertThat(initializer(LIQUIBASE, step("seed more")).run().message()).isEqualTo("Nothing to do");
			assertThat(versions()).containsExactly("5");
		}

		@Test
		void newerVersionIsKept() {
			initializer(LIQUIBASE, step("seed more")).run();
			this.jdbc.update("update db_init_database set version = 99, required_version = 2");
			assertThat(initializer(LIQUIBASE, COUNTRIES).run().state()).isEqualTo(State.COMPLETE);
			assertThat(versions()).containsExactly("99");
		}

		@Test
		void versionThatRequiresNewerReleaseStopsTheStart() {
			initializer(LIQUIBASE, COUNTRIES, step("seed more")).run();
			this.jdbc.update("update db_init_database set version = 99, required_version = 98");
			Initializer initializer = initializer(LIQUIBASE, COUNTRIES, step("seed more"));
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
				.withMessageContaining(
						"The records of the starter in 'jdbc' have version 99, which requires a release that knows version 98: this one knows version 5")
				.satisfies((ex) -> assertThat(ex.getAction()).contains("newer release"));
		}

		final List<String> versions() {
			return this.jdbc.queryForList("select * from db_init_database")
				.stream()
				.map((row) -> String.valueOf(row.getOrDefault("version", "none")))
				.toList();
		}

		static Step step(String name) {
			return TestStep.once(name, Phase.SEED, (context) -> {
			});
		}

		final Initializer initializer(Step... steps) {
			return Starts.of(new JdbcDatabase("jdbc", this.dataSource), steps);
		}

	}

}
