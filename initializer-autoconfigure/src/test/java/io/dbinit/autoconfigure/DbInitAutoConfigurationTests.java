package io.dbinit.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.Release;
import io.dbinit.Report.State;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.mongodb.core.MongoOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DbInitAutoConfiguration}.
 */
class DbInitAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class))
		.withUserConfiguration(DatabaseConfiguration.class);

	@Test
	void runsInAnApplicationRunner() {
		this.runner.run((context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			assertThat(initializer.report().state()).isEqualTo(State.PENDING);
			assertThat(initializer.report().environment()).isEqualTo("production");
			context.getBean(InitializerRunner.AtApplicationRunner.class).run(new DefaultApplicationArguments());
			assertThat(initializer.report().state()).isEqualTo(State.COMPLETE);
		});
	}

	@Test
	void runsBeforeTheBeansThatNeedTheSchema() {
		this.runner.withUserConfiguration(SchemaUserConfiguration.class)
			.withPropertyValues("db-init.run-at=context-refresh", "spring.main.lazy-initialization=true")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(InitializerRunner.AtApplicationRunner.class);
				assertThat(context.getBean(SchemaUser.class).state).isEqualTo(State.COMPLETE);
			});
	}

	@Test
	void worksWithoutSpringBootSqlAndSpringData() {
		this.runner
			.withClassLoader(new FilteredClassLoader(DependsOnDatabaseInitialization.class.getPackageName(),
					MongoOperations.class.getPackageName()))
			.withPropertyValues("db-init.run-at=context-refresh")
			.run((context) -> assertThat(context.getBean(Initializer.class).report().state())
				.isEqualTo(State.COMPLETE));
	}

	@Test
	void releaseIsThatOfTheBuild() {
		Properties build = new Properties();
		build.setProperty("version", "2.3");
		build.setProperty("time", "2026-03-01T10:00:00Z");
		Properties git = new Properties();
		git.setProperty("commit.time", "2026-03-02T10:00:00Z");
		ApplicationContextRunner committed = this.runner.withPropertyValues("spring.application.version=2.2")
			.withBean(GitProperties.class, () -> new GitProperties(git));
		assertRelease(this.runner, Release.UNKNOWN);
		assertRelease(committed, new Release("2.2", Instant.parse("2026-03-02T10:00:00Z")));
		ApplicationContextRunner built = committed.withBean(BuildProperties.class, () -> new BuildProperties(build));
		assertRelease(built, new Release("2.3", Instant.parse("2026-03-01T10:00:00Z")));
		assertRelease(built.withPropertyValues("db-init.release=2.4"), new Release("2.4", null));
	}

	private static void assertRelease(ApplicationContextRunner runner, Release release) {
		runner.run((context) -> assertThat(context.getBean(Plan.class).release()).isEqualTo(release));
	}

	@Test
	void releaseWithoutAnOrderFailsTheStart() {
		this.runner.withPropertyValues("db-init.release=a1b2c3")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("db-init.release with value 'a1b2c3' is invalid"));
	}

	@Test
	void copyBecomesDatabaseOfProductionOnlyWithConfirmation() {
		ApplicationContextRunner production = this.runner.withPropertyValues("db-init.restamp-from=staging");
		production.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("confirm it with 'db-init.restamp-to=production'"));
		production.withPropertyValues("db-init.restamp-to=production")
			.run((context) -> assertThat(context).hasNotFailed());
		production.withPropertyValues("db-init.environment=test").run((context) -> assertThat(context).hasNotFailed());
		production.withPropertyValues("db-init.environment=test", "db-init.restamp-to=production")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("must be the environment of this start, 'test'"));
	}

	@Test
	void processThatVerifiesFailsUnlessDatabasesAreComplete() {
		InMemoryDatabase database = new InMemoryDatabase("other");
		this.runner.withPropertyValues("db-init.mode=verify", "db-init.run-at=context-refresh")
			.withBean(PlanCustomizer.class, () -> (plan) -> plan.database(database))
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("' is not complete"));
	}

	@ParameterizedTest
	@CsvSource({ "db-init.on-failur=continue, on-failure", "db-init.mongdb.enabled=true, mongodb",
			"db-init.lock.leese=1s, lease", "db-init.wait.limt=1s, limit" })
	void anUnknownPropertyFailsWithTheNearestOne(String property, String nearest) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("Unknown property 'db-init.")
				.hasMessageContaining("did you mean '" + nearest + "'?"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "context-refresh", "CONTEXT_REFRESH", "contextRefresh", "Context-Refresh", "contextrefresh" })
	void runsAtContextRefreshInEverySpelling(String runAt) {
		this.runner.withPropertyValues("db-init.run-at=" + runAt)
			.run((context) -> assertThat(context).doesNotHaveBean(InitializerRunner.AtApplicationRunner.class)
				.hasSingleBean(InitializerRunner.AtContextRefresh.class));
		this.runner.withInitializer(environmentVariable("DB_INIT_RUN_AT", runAt))
			.run((context) -> assertThat(context).hasSingleBean(InitializerRunner.AtContextRefresh.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application-runner", "APPLICATION_RUNNER", "applicationRunner", "Application-Runner" })
	void runsInAnApplicationRunnerInEverySpelling(String runAt) {
		this.runner.withPropertyValues("db-init.run-at=" + runAt)
			.run((context) -> assertThat(context).doesNotHaveBean(InitializerRunner.BeforeDependentBeans.class)
				.hasSingleBean(InitializerRunner.AtApplicationRunner.class));
		this.runner.withInitializer(environmentVariable("DBINIT_RUNAT", runAt))
			.run((context) -> assertThat(context).hasSingleBean(InitializerRunner.AtApplicationRunner.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "context-refreshed", "runner", "true", "${nope}" })
	void anInvalidMomentFailsTheStart(String runAt) {
		this.runner.withPropertyValues("db-init.run-at=" + runAt)
			.run((context) -> assertInvalid(context.getStartupFailure(), "db-init.run-at",
					"must be one of 'auto', 'application-runner', 'context-refresh'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "ture", "1", "on", "yes", "true ", "${nope}" })
	void anInvalidSwitchFailsTheStart(String enabled) {
		this.runner.withInitializer(environmentVariable("DB_INIT_ENABLED", enabled))
			.run((context) -> assertInvalid(context.getStartupFailure(), "db-init.enabled",
					"must be 'true' or 'false'"));
	}

	@Test
	void aFirstPauseThatIsLongerThanTheLongestFailsTheStart() {
		this.runner.withPropertyValues("db-init.wait.interval=30s")
			.run((context) -> assertInvalid(context.getStartupFailure(), "db-init.wait.max-interval",
					"must not be less than 'db-init.wait.interval' (30000 ms)"));
	}

	private static void assertInvalid(Throwable failure, String property, String reason) {
		assertThat(failure).rootCause()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason()).isEqualTo(reason);
			});
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> environmentVariable(String name,
			String value) {
		return (context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					Map.of(name, value)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "FALSE", "False" })
	void doesNothingWhenDisabled(String enabled) {
		this.runner.withPropertyValues("db-init.enabled=" + enabled)
			.run((context) -> assertThat(context).doesNotHaveBean(Initializer.class)
				.doesNotHaveBean(InitializerRunner.class));
	}

	@Test
	void doesNothingWhenDisabledAfterConditionsWereEvaluated() {
		this.runner.run((context) -> {
			context.getBean(DbInitProperties.class).setEnabled(false);
			context.getBean(InitializerRunner.AtApplicationRunner.class).run(new DefaultApplicationArguments());
			assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.PENDING);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\u001b[31mb", "a\u2028b", "a\u202eb" })
	void anApplicationNameThatCannotBePrintedFailsTheStart(String name) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("name", Map.of("spring.application.name", name))))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("Application 'a\\")
				.hasMessageEndingWith("b' has a character in its name that cannot be printed"));
	}

	@Test
	void anApplicationNameThatCannotBeStoredFailsTheStart() {
		this.runner.withPropertyValues("spring.application.name=" + "x".repeat(256))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageEndingWith("has a name of 256 characters, more than 255"));
		this.runner.withPropertyValues("spring.application.name=" + "x".repeat(250), "spring.application.version=1.2.3")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageEndingWith("has a name of 256 characters, more than 255"));
		this.runner.withPropertyValues("spring.application.name=" + "x".repeat(255))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anEnvironmentThatCannotBeStoredFailsTheStart() {
		this.runner.withPropertyValues("db-init.environment=" + "x".repeat(256))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("Environment 'x")
				.hasMessageEndingWith("has a name of 256 characters, more than 255"));
	}

	@Test
	void aPlanOfTheApplicationReplacesTheDefault() {
		Plan plan = Plan.builder(Environment.of("test")).build();
		this.runner.withBean(Plan.class, () -> plan)
			.run((context) -> assertThat(context.getBean(Plan.class)).isSameAs(plan));
	}

	@Test
	void anInitializerOfTheApplicationReplacesTheDefault() {
		DbInitProperties properties = new DbInitProperties();
		Initializer initializer = new Initializer(
				Plan.builder(Environment.of("test")).build(), new InitializerOptions("host", "application",
						properties.getWait().toOptions(), new LockOptions(properties.getLock().getLease(),
								properties.getLock().getWait(), properties.getLock().getPoll())),
				List.of(), Clock.systemUTC());
		this.runner.withBean(Initializer.class, () -> initializer)
			.run((context) -> assertThat(context.getBean(Initializer.class)).isSameAs(initializer));
	}

	@Test
	void aFailureFailsTheStartUnlessToldOtherwise() {
		this.runner.withUserConfiguration(BrokenConfiguration.class).run((context) -> {
			InitializerRunner runner = context.getBean(InitializerRunner.class);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> runner.initialize("test"));
		});
		this.runner.withUserConfiguration(BrokenConfiguration.class)
			.withPropertyValues("db-init.on-failure=continue")
			.run((context) -> {
				context.getBean(InitializerRunner.class).initialize("test");
				assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.FAILED);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class DatabaseConfiguration {

		@Bean
		PlanCustomizer database() {
			return (plan) -> plan.database(new InMemoryDatabase("memory"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SchemaUserConfiguration {

		@Bean
		@DependsOnDatabaseInitialization
		SchemaUser schemaUser(Initializer initializer) {
			return new SchemaUser(initializer.report().state());
		}

	}

	record SchemaUser(State state) {

	}

	@Configuration(proxyBeanMethods = false)
	static class BrokenConfiguration {

		@Bean
		@Order(1)
		PlanCustomizer broken() {
			return (plan) -> plan.step("memory", new TestStep("broken", Phase.MIGRATE, (context) -> {
				throw new IllegalStateException("no");
			}));
		}

	}

}
