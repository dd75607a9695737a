package io.dbinit.autoconfigure;

import java.time.Clock;
import java.util.List;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.Report.State;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
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

	@Test
	void doesNothingWhenDisabled() {
		this.runner.withPropertyValues("db-init.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Initializer.class)
				.doesNotHaveBean(InitializerRunner.class));
	}

	@Test
	void aPlanOfTheApplicationReplacesTheDefault() {
		Plan plan = Plan.builder().build();
		this.runner.withBean(Plan.class, () -> plan)
			.run((context) -> assertThat(context.getBean(Plan.class)).isSameAs(plan));
	}

	@Test
	void anInitializerOfTheApplicationReplacesTheDefault() {
		DbInitProperties properties = new DbInitProperties();
		Initializer initializer = new Initializer(
				Plan.builder().build(), new InitializerOptions("test", "host", "application",
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
			assertThatExceptionOfType(InitializationException.class).isThrownBy(runner::initialize);
		});
		this.runner.withUserConfiguration(BrokenConfiguration.class)
			.withPropertyValues("db-init.on-failure=continue")
			.run((context) -> {
				context.getBean(InitializerRunner.class).initialize();
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
