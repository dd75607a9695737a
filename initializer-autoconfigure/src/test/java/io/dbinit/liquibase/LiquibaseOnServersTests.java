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
import io.dbinit.testing.Servers;
import liquibase.Liquibase;
import liquibase.change.Change;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
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
	void refusesToDropEverythingInProduction(Supplier<String> servers) {
		String url = servers.get();
		run(url, (context) -> assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start(context))
			.withMessageContaining("drop everything"), "spring.liquibase.drop-first=true",
				"db-init.environment=production");
	}

	private Report start(AssertableApplicationContext context) {
		return context.getBean(Initializer.class).run();
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
		new Application(this.directory, url).file("db/changelog.yaml", CHANGE_LOG);
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
