package io.dbinit.liquibase;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.RequiresServer;
import io.dbinit.seed.Seed;
import io.dbinit.seed.SeedAutoConfiguration;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestSeed;
import liquibase.Liquibase;
import liquibase.change.Change;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import liquibase.database.core.H2Database;
import liquibase.integration.spring.Customizer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of whole starts with Liquibase on each kind of server.
 */
@RequiresServer
class LiquibaseOnServersTests {

	private static final String CHANGE_LOG = """
			databaseChangeLog:
			- changeSet:
			    id: tables
			    author: a
			    changes:
			    - createTable:
			        tableName: one
			        columns:
			        - column: { name: name, type: varchar(10) }
			    - sql: { sql: "insert into one (name) values ('a')" }
			- changeSet:
			    id: data
			    author: a
			    changes:
			    - insert:
			        tableName: one
			        columns:
			        - column: { name: name, value: b }
			    - insert:
			        tableName: one
			        columns:
			        - column: { name: name, value: c }
			""";

	@TempDir
	private Path directory;

	static Stream<Named<Supplier<String>>> servers() {
		return Stream.of(Named.of("PostgreSQL", Servers::postgreSql), Named.of("MariaDB", Servers::mariaDb),
				Named.of("MariaDB through MySQL's driver", Servers::mariaDbThroughMySqlDriver),
				Named.of("H2", Servers::h2));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void appliesOnceAndThenHasNothingToDo(Supplier<String> servers) {
		String url = servers.get();
		run(url, (context) -> {
			Report report = start(context);
			assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.yaml::tables::a",
					"changeset db/changelog.yaml::data::a");
			assertThat(report.databases().get(0).migrations().get("liquibase").pending()).isZero();
			assertThat(names(context)).containsExactly("a", "b", "c");
		});
		run(url, (context) -> assertThat(start(context).message()).isEqualTo("Nothing to do"));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void appliesNothingTwiceWhenItDiesBeforeItRecords(Supplier<String> servers) {
		for (int death = 1; death <= 4; death++) {
			String url = servers.get();
			DeathAt.change = death;
			run(url, (context) -> assertThatExceptionOfType(Killed.class).isThrownBy(() -> start(context)),
					DeathAt.class);
			DeathAt.change = 0;
			run(url, (context) -> {
				start(context);
				assertThat(names(context)).containsExactly("a", "b", "c");
				assertThat(jdbc(context).queryForList("select ID from DATABASECHANGELOG")).hasSize(2);
			});
		}
	}

	@Test
	void doesNotClaimToKnowWhatBecameOfAChangeWhenTheConnectionBreaks() {
		breaksAtTheSecondChange(Servers.postgreSql(), "select pg_terminate_backend(pg_backend_pid())", false);
		breaksAtTheSecondChange(Servers.mariaDb(), "kill connection_id()", true);
	}

	private void breaksAtTheSecondChange(String url, String sql, boolean inTransaction) {
		Application application = breaking(url, sql, inTransaction);
		assertThatExceptionOfType(InitializationException.class).isThrownBy(application::start)
			.withMessageContaining("failed at change 2 of 3 (sql)")
			.withMessageContaining(
					"Changes 1 to 1 of it are applied and kept. Whether change 2 was applied is not known:"
							+ " the connection broke. The changes after it were not begun.")
			.satisfies((ex) -> assertThat(ex.getAction()).startsWith("Start again"));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(application::start)
			.withMessageContaining("cannot tell whether its change 2 of 3 (sql) was applied");
	}

	@Test
	void knowsThatATransactionIsRolledBackWhenTheConnectionBreaks() {
		Application application = breaking(Servers.postgreSql(), "select pg_terminate_backend(pg_backend_pid())", true);
		assertThatExceptionOfType(InitializationException.class).isThrownBy(application::start)
			.withMessageContaining("failed at change 2 of 3 (sql)")
			.withMessageContaining("Nothing of it was applied.");
		assertThat(application.query("select count(*) from pg_tables where tablename = 'one'")).containsExactly("0");
	}

	private Application breaking(String url, String sql, boolean inTransaction) {
		return new Application(this.directory, url).yaml("""
				- changeSet:
				    id: 1
				    author: a
				    runInTransaction: %s
				    changes:
				    - createTable:
				        tableName: one
				        columns:
				        - column: { name: id, type: int }
				    - sql: { sql: "%s" }
				    - insert:
				        tableName: one
				        columns:
				        - column: { name: id, value: 1 }
				""".formatted(inTransaction, sql));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void dropsEverythingButItsOwnTables(Supplier<String> servers) {
		String url = servers.get();
		run(url, this::start);
		run(url, (context) -> {
			jdbc(context).execute("create table extra (id int)");
			Report report = start(context);
			assertThat(Application.step(report).changeTexts()).hasSize(2);
			assertThat(names(context)).containsExactly("a", "b", "c");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc(context).queryForList("select * from extra"));
			assertThat(context.getBean(Initializer.class).history("jdbc", 10)).hasSize(2);
		}, "spring.liquibase.drop-first=true");
	}

	@ParameterizedTest
	@MethodSource("servers")
	void forgetsWhatIsRecordedOfDataThatItDrops(Supplier<String> servers) {
		String url = servers.get();
		runner(url).withBean("d", Seed.class, () -> TestSeed.sql("d", "jdbc", "insert into one (name) values ('d')"))
			.withConfiguration(AutoConfigurations.of(SeedAutoConfiguration.class))
			.run((context) -> {
				start(context);
				assertThat(names(context)).containsExactly("a", "b", "c", "d");
				assertThat(start(context).message()).isEqualTo("Nothing to do");
			});
		for (int i = 0; i < 2; i++) {
			runner(url)
				.withBean("d", Seed.class, () -> TestSeed.sql("d", "jdbc", "insert into one (name) values ('d')"))
				.withConfiguration(AutoConfigurations.of(SeedAutoConfiguration.class))
				.withPropertyValues("spring.liquibase.drop-first=true")
				.run((context) -> {
					Report report = start(context);
					assertThat(names(context)).containsExactly("a", "b", "c", "d");
					assertThat(report.databases().get(0).steps())
						.allSatisfy((step) -> assertThat(step.outcome()).isEqualTo(Report.Outcome.DONE));
				});
		}
	}

	@Test
	void everyTableOfTheInitializerOutlivesItsData() {
		String url = Servers.h2();
		runner(url).run((context) -> {
			start(context);
			List<String> tables = jdbc(url).queryForList(
					"select lower(table_name) from information_schema.tables where lower(table_name) like 'db_init%'",
					String.class);
			assertThat(new InitializerTableNames().getLiquibaseGeneratedTableNames(new H2Database()))
				.containsExactlyInAnyOrderElementsOf(tables);
		});
	}

	@Test
	void dropsTheInvalidIndexOfAFailedChange() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create table t (n int)", "insert into t values (1), (1)");
		String changeLog = """
				databaseChangeLog:
				- changeSet:
				    id: index
				    author: a
				    runInTransaction: false
				    changes:
				    - sql: { sql: create table if not exists before_index (id int) }
				    - sql: { sql: create unique index concurrently uq on t (n) }
				""";
		for (int i = 0; i < 2; i++) {
			runner(url, changeLog).run((context) -> assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> start(context))
				.withMessageContaining("failed at change 2 of 2 (sql)")
				.withMessageContaining("could not create unique index")
				.withMessageContaining("Its invalid index was dropped again: 'public.uq'."));
		}
		assertThat(jdbc(url).queryForList("select 1 from pg_index where not indisvalid")).isEmpty();
		jdbc(url).execute("delete from t");
		runner(url, changeLog).run((context) -> assertThat(Application.step(start(context)).changeTexts()).hasSize(1));
		assertThat(jdbc(url).queryForList("select indisvalid from pg_index where indexrelid = 'uq'::regclass",
				Boolean.class))
			.containsExactly(true);
	}

	@Test
	void announcesTheWaysOutOfAChangeThatIsHalfApplied() {
		String changeLog = """
				databaseChangeLog:
				- changeSet:
				    id: half
				    author: a
				    changes:
				    - sql: { sql: create table half (id int); invalid }
				""";
		for (String url : List.of(Servers.mariaDb(), Servers.h2())) {
			runner(url, changeLog).run((context) -> assertThatExceptionOfType(InitializationException.class).as(url)
				.isThrownBy(() -> start(context))
				.withMessageContaining("of which the first ones may be applied")
				.satisfies((ex) -> assertThat(ex.getAction()).contains("in-doubt=applied", "in-doubt=not-applied",
						"'db/changelog.yaml'")));
			runner(url, changeLog).run((context) -> assertThatExceptionOfType(InitializationException.class).as(url)
				.isThrownBy(() -> start(context))
				.withMessageContaining("was begun by an earlier run"));
			jdbc(url).execute("drop table half");
			runner(url, changeLog.replace("; invalid", "; select 1"))
				.withPropertyValues("db-init.liquibase.in-doubt=not-applied")
				.run((context) -> assertThat(Application.step(start(context)).changeTexts()).hasSize(1));
		}
	}

	@ParameterizedTest
	@MethodSource("servers")
	void noticesThatAnotherProgramChangedTheLedger(Supplier<String> servers) {
		String url = servers.get();
		run(url, this::start);
		run(url, (context) -> {
			jdbc(context).update("delete from DATABASECHANGELOG where ID = 'data'");
			assertThat(Application.step(start(context)).changeTexts())
				.containsExactly("changeset db/changelog.yaml::data::a");
			assertThat(start(context).message()).isEqualTo("Nothing to do");
			jdbc(context).update("update DATABASECHANGELOG set MD5SUM = null where ID = 'tables'");
			assertThat(start(context).message()).isEqualTo("Worked on jdbc");
			assertThat(jdbc(context).queryForList("select ID from DATABASECHANGELOG where MD5SUM is null")).isEmpty();
			assertThat(start(context).message()).isEqualTo("Nothing to do");
			jdbc(context).update("update DATABASECHANGELOG set MD5SUM = '9:0123' where ID = 'tables'");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start(context))
				.withMessageContaining("its checksum was 9:0123 when it was applied");
			jdbc(context).execute("drop table DATABASECHANGELOG");
			jdbc(context).execute("drop table one");
			assertThat(Application.step(start(context)).changeTexts()).hasSize(2);
			assertThat(start(context).message()).isEqualTo("Nothing to do");
		});
	}

	@ParameterizedTest
	@MethodSource("servers")
	void noticesChangesOfALedgerInItsOwnTable(Supplier<String> servers) {
		String url = servers.get();
		for (String table : List.of("Mixed_Log", "lower_log", "UPPER_LOG")) {
			jdbc(url).execute("drop table if exists one");
			String property = "spring.liquibase.database-change-log-table=" + table;
			run(url, (context) -> {
				assertThat(start(context).databases().get(0).limitations()).as(table).isEmpty();
				assertThat(start(context).message()).isEqualTo("Nothing to do");
				jdbc(context).update("delete from " + table + " where ID = 'data'");
				assertThat(Application.step(start(context)).changeTexts()).hasSize(1);
			}, property);
		}
	}

	@Test
	void reportsALedgerThatTheApplicationCannotRead() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create role no_ledger login", "grant all on schema public to no_ledger");
		String[] properties = { "spring.datasource.url=" + url.replaceFirst("[?]user=postgres&?", "?"),
				"spring.datasource.username=no_ledger", "spring.liquibase.user=postgres" };
		run(url, (context) -> assertThat(start(context).databases().get(0).limitations())
			.anyMatch((limitation) -> limitation.startsWith("'DATABASECHANGELOG' cannot be read by the application")),
				properties);
		run(url, (context) -> assertThat(start(context).message()).isEqualTo("Nothing to do"), properties);
	}

	@ParameterizedTest
	@MethodSource("servers")
	void refusesToDropEverythingInProduction(Supplier<String> servers) {
		String url = servers.get();
		run(url, (context) -> assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start(context))
			.withMessageContaining("drop everything"), "spring.liquibase.drop-first=true",
				"db-init.environment=production");
		for (String environment : List.of("prod", "prod-eu", "", "${APP_ENV:}", "staging")) {
			run(url, (context) -> assertThatExceptionOfType(InitializationException.class).as(environment)
				.isThrownBy(() -> start(context))
				.withMessageContaining("drop everything"), "spring.liquibase.drop-first=true",
					"db-init.environment=" + environment);
		}
	}

	private Report start(AssertableApplicationContext context) {
		return context.getBean(Initializer.class).run();
	}

	private static JdbcTemplate jdbc(String url) {
		return new JdbcTemplate(new DriverManagerDataSource(url));
	}

	private static JdbcTemplate jdbc(AssertableApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class));
	}

	private static List<String> names(AssertableApplicationContext context) {
		return jdbc(context).queryForList("select name from one order by name", String.class);
	}

	private void run(String url, ContextConsumer<AssertableApplicationContext> consumer, String... properties) {
		runner(url).withPropertyValues(properties).run(consumer);
	}

	private void run(String url, ContextConsumer<AssertableApplicationContext> consumer, Class<?> configuration) {
		runner(url).withUserConfiguration(configuration).run(consumer);
	}

	private ApplicationContextRunner runner(String url) {
		return runner(url, CHANGE_LOG);
	}

	private ApplicationContextRunner runner(String url, String changeLog) {
		new Application(this.directory, url).file("db/changelog.yaml", changeLog);
		try {
			return new ApplicationContextRunner()
				.withClassLoader(
						new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, getClass().getClassLoader()))
				.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
						LiquibaseAutoConfiguration.class, DbInitAutoConfiguration.class,
						JdbcDatabaseAutoConfiguration.class, LiquibaseStepAutoConfiguration.class))
				.withPropertyValues("spring.datasource.url=" + url, "db-init.environment=test",
						"spring.liquibase.change-log=classpath:db/changelog.yaml");
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class DeathAt {

		static int change;

		@Bean
		Customizer<Liquibase> death() {
			return (liquibase) -> liquibase.setChangeExecListener(new AbstractChangeExecListener() {

				private int ran;

				@Override
				public void ran(Change change, ChangeSet changeSet, DatabaseChangeLog changeLog, Database database) {
					if (++this.ran == DeathAt.change) {
						throw new Killed();
					}
				}

			});
		}

	}

	private static final class Killed extends Error {

	}

}
