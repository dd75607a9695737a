package io.dbinit.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.Report.StepReport;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.actuate.endpoint.FlywayEndpoint;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link FlywayStep}.
 */
class FlywayStepTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void failedMigrationIsRolledBack() throws IOException {
			migration("V2__broken.sql", "create table broken (id integer); insert into nowhere values (1);");
			assertFailure().withMessageContaining("Failed to apply the migration 'V2__broken.sql' at line 1")
				.satisfies((ex) -> assertThat(ex.getAction()).contains("it was rolled back"));
			migration("V2__broken.sql", "create table broken (id integer);");
			assertThat(start().message()).startsWith("Worked on");
			assertThat(versions()).containsExactly("1", "2");
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

		@Test
		void asksWhatToDoWithAMigrationThatIsAppliedInPart() throws IOException {
			migration("V2__broken.sql", "create table broken (id integer); insert into nowhere values (1);");
			assertFailure().satisfies((ex) -> assertThat(ex.getAction()).contains("may be applied"));
			migration("V2__broken.sql", "create table broken (id integer);");
			assertFailure().withMessageContaining("The migration 'V2__broken.sql' was begun by an earlier run")
				.satisfies((ex) -> assertThat(ex.getAction()).contains("db-init.flyway.in-doubt"));
			this.jdbc.execute("drop table broken");
			this.runner.withPropertyValues("db-init.flyway.in-doubt=not-applied")
				.run((context) -> assertThat(context.getBean(Initializer.class).run().message())
					.startsWith("Worked on"));
			assertThat(versions()).containsExactly("1", "2");
		}

	}

	abstract static class Contract {

		final JdbcTemplate jdbc;

		@TempDir
		Path folder;

		ApplicationContextRunner runner;

		private final String url;

		Contract(String url) {
			this.url = url;
			this.jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
		}

		@BeforeEach
		void setUp() throws IOException {
			this.runner = new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class, DbInitAutoConfiguration.class,
						JdbcDatabaseAutoConfiguration.class, FlywayStepAutoConfiguration.class))
				.withBean(DataSource.class, () -> new DriverManagerDataSource(this.url))
				.withPropertyValues("db-init.environment=test", "db-init.run-at=application-runner",
						"spring.flyway.locations=filesystem:" + this.folder);
			migration("V1__customer.sql", "create table customer (id integer primary key);");
		}

		final void migration(String name, String sql) throws IOException {
			Files.writeString(this.folder.resolve(name), sql);
		}

		@Test
		void appliesMigrationsOnce() {
			this.runner.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("flyway")).isFalse();
				StepReport step = run(context).databases().get(0).steps().get(0);
				assertThat(step.name()).isEqualTo("flyway");
				assertThat(step.changeTexts()).containsExactly("migration 'V1__customer.sql'");
				assertThat(context.getBean(Initializer.class).report().databases().get(0).migrations().get("flyway"))
					.satisfies((versions) -> assertThat(versions.current()).isEqualTo("1"))
					.satisfies((versions) -> assertThat(versions.pending()).isZero());
			});
			assertThat(versions()).containsExactly("1");
			this.runner.run((context) -> {
				assertThat(run(context).message()).isEqualTo("Nothing to do");
				assertThat(context.getBeanFactory().containsSingleton("flyway")).isFalse();
			});
		}

		@Test
		void noticesNewAndChangedMigrations() throws IOException {
			start();
			migration("V2__order.sql", "create table customer_order (id integer);");
			migration("R__view.sql", "create view customers as select id from customer;");
			assertThat(start().databases().get(0).steps().get(0).changeTexts())
				.containsExactly("migration 'V2__order.sql'", "migration 'R__view.sql'");
			migration("R__view.sql",
					"drop view customers; create view customers as select id as number from customer;");
			assertThat(start().databases().get(0).steps().get(0).changeTexts())
				.containsExactly("migration 'R__view.sql'");
			assertThat(start().message()).isEqualTo("Nothing to do");
			migration("V1__customer.sql", "create table customer (id bigint primary key);");
			assertFailure().withMessageContaining("The migrations do not match")
				.withMessageContaining("checksum mismatch");
		}

		@Test
		void noticesThatAnotherProgramChangedTheHistory() {
			start();
			this.jdbc.execute("drop table customer");
			this.jdbc.execute(this.url.startsWith("jdbc:h2") ? "delete from \"flyway_schema_history\""
					: "delete from flyway_schema_history");
			assertThat(start().message()).startsWith("Worked on");
			assertThat(versions()).containsExactly("1");
		}

		@ParameterizedTest
		@ValueSource(strings = { "placeholders.x=y", "out-of-order=true", "target=1", "baseline-on-migrate=true" })
		void followsAChangeOfItsProperties(String property) {
			start();
			this.runner.withPropertyValues("spring.flyway." + property)
				.run((context) -> assertThat(run(context).message()).startsWith("Worked on"));
			this.runner.withPropertyValues("spring.flyway." + property)
				.run((context) -> assertThat(run(context).message()).isEqualTo("Nothing to do"));
		}

		@Test
		void usesTheBeansOfTheApplication() {
			this.runner.withUserConfiguration(Beans.class).run((context) -> {
				run(context);
				assertThat(context.getBean(Beans.class).migrated).isEqualTo(1);
			});
			assertThat(versions()).containsExactly("1", "7");
			this.runner.withUserConfiguration(Beans.class)
				.run((context) -> assertThat(run(context).message()).isEqualTo("Nothing to do"));
		}

		@Test
		void adoptsABeanOfTheApplication() {
			this.runner.withUserConfiguration(OwnFlyway.class)
				.withPropertyValues("location=filesystem:" + this.folder)
				.run((context) -> {
					assertThat(context.getBean("own", Flyway.class).info().current()).isNull();
					run(context);
					assertThat(versions()).containsExactly("1");
				});
		}

		@Test
		void answersTheEndpoint() {
			this.runner.withBean(FlywayEndpoint.class).run((context) -> {
				run(context);
				assertThat(context.getBean(FlywayEndpoint.class)
					.flywayBeans()
					.getContexts()
					.get(context.getId())
					.getFlywayBeans()
					.get("flyway")
					.getMigrations()).hasSize(1);
			});
		}

		@ParameterizedTest
		@ValueSource(strings = { "test", "production" })
		void neverCleans(String environment) {
			start();
			this.runner.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				flyway.clean();
				flyway.migrate();
			})
				.withPropertyValues("spring.flyway.clean-disabled=false", "db-init.environment=" + environment)
				.run((context) -> assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(() -> run(context))
					.withMessageContaining("cannot be cleaned"));
			assertThat(versions()).containsExactly("1");
		}

		@Test
		void leavesMigrationsOfANewerReleaseAlone() throws IOException {
			migration("R__view.sql", "create view customers as select id from customer;");
			release("1.0");
			migration("R__view.sql",
					"drop view customers; create view customers as select id as number from customer;");
			release("2.0");
			migration("R__view.sql", "drop view customers; create view customers as select id from customer;");
			assertThat(release("1.0").message()).isEqualTo("Nothing to do for an older release");
			assertThat(this.jdbc.queryForList("select number from customers")).isEmpty();
		}

		private Report release(String version) {
			Report[] report = new Report[1];
			this.runner.withPropertyValues("db-init.release=" + version, "db-init.environment=production")
				.run((context) -> report[0] = run(context));
			return report[0];
		}

		final Report start() {
			Report[] report = new Report[1];
			this.runner.run((context) -> report[0] = run(context));
			return report[0];
		}

		final org.assertj.core.api.ThrowableAssertAlternative<InitializationException> assertFailure() {
			return assertThatExceptionOfType(InitializationException.class).isThrownBy(this::start);
		}

		static Report run(ApplicationContext context) {
			return context.getBean(Initializer.class).run();
		}

		final List<String> versions() {
			String table = this.url.startsWith("jdbc:h2") ? "\"flyway_schema_history\"" : "flyway_schema_history";
			String column = this.url.startsWith("jdbc:h2") ? "\"version\"" : "version";
			String rank = this.url.startsWith("jdbc:h2") ? "\"installed_rank\"" : "installed_rank";
			return this.jdbc.queryForList(
					"select %s from %s where %s is not null order by %s".formatted(column, table, column, rank),
					String.class);
		}

	}

	@Test
	void twoToolsInOneDatabaseNeedAnOrder(@TempDir Path folder) throws IOException {
		Files.writeString(folder.resolve("V1__a.sql"), "create table a (id integer);");
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
					LiquibaseAutoConfiguration.class, DbInitAutoConfiguration.class,
					JdbcDatabaseAutoConfiguration.class, FlywayStepAutoConfiguration.class,
					LiquibaseStepAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + Servers.h2().replace(";USER=sa;PASSWORD=", ""),
					"spring.datasource.username=sa", "db-init.run-at=application-runner",
					"spring.liquibase.change-log=classpath:io/dbinit/liquibase/changelog.sql");
		ApplicationContextRunner both = runner.withPropertyValues("spring.flyway.locations=filesystem:" + folder);
		both.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("Both Liquibase and Flyway (bean 'flyway') migrate 'jdbc'"));
		both.withPropertyValues("db-init.flyway.order=before-liquibase")
			.run((context) -> assertThat(steps(context)).containsExactly("flyway", "liquibase"));
		both.withPropertyValues("db-init.flyway.order=after-liquibase")
			.run((context) -> assertThat(steps(context)).containsExactly("liquibase", "flyway"));
		runner.run((context) -> assertThat(steps(context)).containsExactly("liquibase"));
	}

	private static List<String> steps(ApplicationContext context) {
		Plan plan = context.getBean(Plan.class);
		return plan.steps(plan.databases().get(0)).stream().map((step) -> step.name()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		private int migrated;

		@Bean
		FlywayConfigurationCustomizer customizer() {
			return (configuration) -> configuration.outOfOrder(true);
		}

		@Bean
		FlywayMigrationStrategy strategy() {
			return (flyway) -> {
				this.migrated++;
				flyway.migrate();
			};
		}

		@Bean
		V7__Java v7() {
			return new V7__Java();
		}

	}

	static class V7__Java extends BaseJavaMigration {

		@Override
		public void migrate(Context context) throws Exception {
			try (java.sql.Statement statement = context.getConnection().createStatement()) {
				statement.execute("create table by_java (id integer)");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFlyway {

		@Bean(initMethod = "migrate")
		Flyway own(DataSource dataSource, org.springframework.core.env.Environment environment) {
			return Flyway.configure()
				.dataSource(dataSource)
				.locations(environment.getRequiredProperty("location"))
				.load();
		}

	}

}
