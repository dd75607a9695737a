package io.dbinit.autoconfigure;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Plan;
import io.dbinit.lock.LockOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link MissingSchemaFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingSchemaFailureAnalyzerTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	@Test
	void namesTheBeanAndThePropertyWhereABeanReadsAMissingTable(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start(ReadingConfiguration.class, "--db-init.run-at=application-runner"));
		assertThat(output)
			.contains("Bean 'customers' needed a part of the schema that the initializer had not made yet")
			.containsIgnoringCase("table \"customer\" not found")
			.contains("Set 'db-init.run-at' to 'auto'")
			.contains("@DependsOnDatabaseInitialization");
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "CONTEXT_REFRESH" })
	void theBeanSeesTheTableWhenTheAdviceIsTaken(String runAt) {
		try (ConfigurableApplicationContext context = start(ReadingConfiguration.class, "--db-init.run-at=" + runAt)) {
			assertThat(context.getBean("customers")).isEqualTo(0);
		}
	}

	@Test
	void saysNothingOfATableThatIsMissingAfterwards(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(RunnerConfiguration.class));
		assertThat(output).containsIgnoringCase("table \"nowhere\" not found").doesNotContain("db-init.run-at");
	}

	private static ConfigurableApplicationContext start(Class<?> configuration, String... arguments) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
					"spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql",
					"spring.main.banner-mode=off")
			.run(arguments);
	}

	@ParameterizedTest
	@CsvSource({ "42P01, PostgreSQL", "42703, PostgreSQL", "3F000, PostgreSQL", "42S02, MySQL and H2",
			"42S22, MySQL and H2", "42S03, H2", "42S04, H2", "90079, H2", "90036, H2" })
	void knowsTheStatesOfEachProduct(String state, String product) {
		assertThat(analyze(new SQLException("missing", state))).as(product)
			.extracting(FailureAnalysis::getDescription)
			.isEqualTo("Bean 'scheduler' needed a part of the schema that the initializer had not made yet: missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "42501", "42601", "23505", "08001" })
	void leavesOtherStatesToOthers(String state) {
		assertThat(analyze(new SQLException("other", state))).isNull();
	}

	@Test
	void findsTheStateBehindABatch() {
		BatchUpdateException batch = new BatchUpdateException("batch", "25P02", new int[0]);
		batch.setNextException(new SQLException("missing", "42P01"));
		assertThat(analyze(batch)).isNotNull();
	}

	@Test
	void leavesFailuresOfTheInitializerToItsOwnAnalyzer() {
		assertThat(analyze(new InitializationException("failed", "correct", new SQLException("missing", "42P01"))))
			.isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-init.run-at=contextRefresh", "db-init.enabled=false", "db-init.jdbc.enabled=FALSE",
			"db-init.run-at=nonsense" })
	void saysNothingWhereThePropertyWouldNotHelp(String property) {
		this.environment.setProperty(property.split("=")[0], property.split("=")[1]);
		assertThat(analyze(new SQLException("missing", "42P01"))).isNull();
	}

	@Test
	void saysNothingOnceTheInitializerHasRun() {
		Duration second = Duration.ofSeconds(1);
		Initializer initializer = new Initializer(Plan.builder(Environment.of("test")).build(),
				new InitializerOptions("host", "application",
						new InitializerOptions.Wait(second, second, second, second, 1),
						new LockOptions(second, second, second)),
				List.of(), Clock.systemUTC());
		this.beanFactory.registerSingleton("dbInitializer", initializer);
		assertThat(analyze(new SQLException("missing", "42P01"))).isNotNull();
		initializer.run();
		assertThat(analyze(new SQLException("missing", "42P01"))).isNull();
	}

	private FailureAnalysis analyze(Exception cause) {
		return new MissingSchemaFailureAnalyzer(this.beanFactory, this.environment).analyze(new BeanCreationException(
				"outer", "failed", new BeanCreationException("scheduler", "failed", new IllegalStateException(cause))));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			LiquibaseAutoConfiguration.class, DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
			LiquibaseStepAutoConfiguration.class })
	static class BaseConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class ReadingConfiguration extends BaseConfiguration {

		@Bean
		@DependsOnDatabaseInitialization
		Integer customers(JdbcTemplate jdbc) {
			return jdbc.queryForObject("select count(*) from customer", Integer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RunnerConfiguration extends BaseConfiguration {

		@Bean
		ApplicationRunner reader(JdbcTemplate jdbc) {
			return (arguments) -> jdbc.queryForObject("select count(*) from nowhere", Integer.class);
		}

	}

}
