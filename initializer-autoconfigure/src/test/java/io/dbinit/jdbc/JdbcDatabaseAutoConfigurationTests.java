package io.dbinit.jdbc;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Mismatch;
import io.dbinit.Report;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcDatabaseAutoConfiguration}.
 */
class JdbcDatabaseAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
				DbInitAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + Servers.h2());

	@Test
	void addsPrimaryDataSourceToPlan() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(JdbcDatabase.class);
			JdbcDatabase database = context.getBean(JdbcDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).containsExactly(database);
			assertThat(database.name()).isEqualTo("jdbc");
			assertThat(database.dataSource()).isSameAs(context.getBean(DataSource.class));
		});
	}

	@Test
	void planIsBuiltWithoutConnecting() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Plan.class));
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("db-init.jdbc.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(JdbcDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).isEmpty();
		});
	}

	@Test
	void isDisabledWithEverything() {
		this.runner.withPropertyValues("db-init.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcDatabase.class));
	}

	@Test
	void backsOffWithoutDataSource() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JdbcDatabaseAutoConfiguration.class, DbInitAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcDatabase.class));
	}

	@Test
	void backsOffWithoutPrimaryDataSource() {
		this.runner.withUserConfiguration(TwoDataSources.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcDatabase.class));
	}

	@Test
	void backsOffWithoutSpringJdbc() {
		this.runner.withClassLoader(new FilteredClassLoader(SimpleDriverDataSource.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcDatabase.class));
	}

	@Test
	void usersDatabaseReplacesIt() {
		this.runner.withUserConfiguration(OwnDatabase.class).run((context) -> {
			assertThat(context).hasSingleBean(JdbcDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).extracting("name").containsExactly("own");
		});
	}

	@Test
	void unknownPropertyFails() {
		this.runner.withPropertyValues("db-init.jdbc.verify.table=a").run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void makesDatabaseCompleteOnce() {
		this.runner.run((context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			assertThat(initializer.run().state()).isEqualTo(Report.State.COMPLETE);
			assertThat(initializer.history("jdbc", 10)).hasSize(1);
			assertThat(initializer.run().message()).isEqualTo("Nothing to do");
			assertThat(initializer.history("jdbc", 10)).hasSize(1);
		});
	}

	@Test
	void verifiesTables() {
		this.runner.withPropertyValues("db-init.jdbc.verify.tables=users,PUBLIC.Orders").run((context) -> {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			jdbc.execute("create table users (id integer)");
			jdbc.execute("create view orders as select * from users");
			assertThat(context.getBean(Initializer.class).run().state()).isEqualTo(Report.State.COMPLETE);
		});
	}

	@Test
	void reportsMissingTables() {
		this.runner.withPropertyValues("db-init.jdbc.verify.tables=user,nothing,elsewhere.users").run((context) -> {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			jdbc.execute("create table users (id integer)");
			Initializer initializer = context.getBean(Initializer.class);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run);
			assertThat(initializer.report().databases().get(0).mismatches())
				.contains(new Mismatch("table 'user'", "to exist",
						"no table 'user' in the database, did you mean 'USERS'?"))
				.extracting(Mismatch::subject)
				.containsExactly("table 'user'", "table 'nothing'", "table 'elsewhere.users'");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource first() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource(Servers.h2());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDatabase {

		@Bean
		JdbcDatabase database(DataSource dataSource) {
			return new JdbcDatabase("own", dataSource);
		}

	}

}
