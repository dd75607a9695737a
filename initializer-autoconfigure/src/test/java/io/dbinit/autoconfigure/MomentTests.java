package io.dbinit.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.dbinit.Initializer;
import io.dbinit.Phase;
import io.dbinit.PlanCustomizer;
import io.dbinit.Report.State;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.seed.Seed;
import io.dbinit.seed.SeedAutoConfiguration;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestSeed;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the moment at which the initializer runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class MomentTests {

	@Test
	void runsBeforeTheFirstBeanThatNeedsTheDatabases() {
		try (ConfigurableApplicationContext context = start(TemplateConfiguration.class)) {
			assertThat(context.getBean("customers")).isEqualTo(0);
			assertThat(moment(context)).isIn("bean 'jdbcTemplate'", "bean 'dataSourceScriptDatabaseInitializer'");
		}
	}

	@Test
	void scriptsRunAfterMigrations() {
		try (ConfigurableApplicationContext context = start(ScriptConfiguration.class, "--spring.sql.init.mode=always",
				"--spring.sql.init.data-locations=classpath:io/dbinit/autoconfigure/data.sql")) {
			assertThat(
					context.getBean(JdbcTemplate.class).queryForObject("select count(*) from customer", Integer.class))
				.isEqualTo(1);
		}
	}

	@Test
	void runsBeforeTheFirstLifecycle() {
		try (ConfigurableApplicationContext context = start(LifecycleConfiguration.class)) {
			assertThat(moment(context)).isEqualTo("lifecycle 'listener'");
			assertThat(context.getBean(Listener.class).state).isEqualTo(State.COMPLETE);
		}
	}

	@Test
	void runsBeforeTheFirstScheduledTask() {
		try (ConfigurableApplicationContext context = start(ScheduledConfiguration.class)) {
			assertThat(moment(context)).startsWith("scheduled task '").endsWith("Task.run'");
		}
	}

	@Test
	void runsInTheApplicationRunnerIfNothingNeedsTheDatabases() {
		try (ConfigurableApplicationContext context = start(DatabaseConfiguration.class)) {
			assertThat(moment(context)).isEqualTo("application runner");
			assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.COMPLETE);
		}
	}

	@Test
	void runsBeforeLifecyclesWhereBeansAreLazy() {
		try (ConfigurableApplicationContext context = start(LazyConfiguration.class,
				"--spring.main.lazy-initialization=true")) {
			assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.COMPLETE);
			assertThat(moment(context)).isEqualTo("application runner");
		}
	}

	@Test
	void runsOnceForAHierarchyOfContexts() {
		InMemoryDatabase database = new InMemoryDatabase("memory");
		try (ConfigurableApplicationContext parent = builder(DatabaseConfiguration.class)
			.initializers((context) -> ((org.springframework.context.support.GenericApplicationContext) context)
				.registerBean("hierarchy", PlanCustomizer.class, () -> (plan) -> plan.database(database)))
			.run(); ConfigurableApplicationContext child = builder(ChildConfiguration.class).parent(parent).run()) {
			assertThat(child.getBean(Initializer.class)).isSameAs(parent.getBean(Initializer.class));
			assertThat(database.calls).filteredOn("begin"::equals).hasSize(1);
			assertThat(database.looks).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource(DbInitProperties.RunAt.class)
	void asksAnUpToDateDatabaseOnceAtEachMoment(DbInitProperties.RunAt runAt) {
		for (Class<?> configuration : List.of(JdbcConfiguration.class, LifecycleConfiguration.class,
				ScheduledConfiguration.class, DatabaseConfiguration.class)) {
			InMemoryDatabase database = new InMemoryDatabase("counted");
			for (int start = 0; start < 2; start++) {
				database.calls.clear();
				try (ConfigurableApplicationContext context = builder(configuration)
					.initializers((initialized) -> initialized.getBeanFactory()
						.registerSingleton("counted", (PlanCustomizer) (plan) -> plan.database(database)))
					.properties("db-init.run-at=" + runAt)
					.run()) {
					assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.COMPLETE);
				}
			}
			assertThat(database.calls).as(configuration.getSimpleName()).containsExactly("look");
		}
	}

	@Test
	void namesTheBeansForWhichTheRunnerIsTooLate(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(JdbcConfiguration.class,
				"--db-init.run-at=application-runner")) {
			assertThat(moment(context)).isEqualTo("application runner");
			assertThat(output).contains("were not complete when beans were created that may need them: '")
				.contains("'jdbcTemplate");
		}
	}

	@Test
	void explainsAStepThatNeedsABeanWhichWaits(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(CycleConfiguration.class));
		assertThat(output).contains("Bean 'plan' is a part of the plan of the initializer, and needs bean '")
			.contains("which waits for the databases")
			.contains("'StepContext.unwrap'");
	}

	@Test
	void explainsASeedThatNeedsABeanWhichWaits(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(SeedCycleConfiguration.class));
		assertThat(output).contains("Bean 'rates' is a part of the plan of the initializer, and needs bean '")
			.contains("which waits for the databases");
	}

	@Test
	void failureEndsTheStartAtEachMoment(CapturedOutput output) {
		for (Class<?> configuration : List.of(TemplateConfiguration.class, LifecycleConfiguration.class,
				DatabaseConfiguration.class)) {
			assertThatException().isThrownBy(() -> start(configuration, "--fail=true"));
		}
		assertThat(output.getOut().split("APPLICATION FAILED TO START")).hasSize(4);
		assertThat(output.getOut().split("Failed at step 'broken' of 'memory': Disk full")).hasSizeGreaterThan(3);
	}

	@Test
	void failureMayLetTheStartGoOnAtEachMoment() {
		for (Class<?> configuration : List.of(TemplateConfiguration.class, LifecycleConfiguration.class,
				DatabaseConfiguration.class)) {
			try (ConfigurableApplicationContext context = start(configuration, "--fail=true",
					"--db-init.on-failure=continue")) {
				assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.FAILED);
			}
		}
	}

	private static String moment(ApplicationContext context) {
		return context.getBean(Initializer.class).report().moment();
	}

	private static ConfigurableApplicationContext start(Class<?> configuration, String... arguments) {
		return builder(configuration).run(arguments);
	}

	private static SpringApplicationBuilder builder(Class<?> configuration) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
					"spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql",
					"spring.main.banner-mode=off");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(DbInitAutoConfiguration.class)
	static class DatabaseConfiguration {

		@Bean
		PlanCustomizer memory(org.springframework.core.env.Environment environment) {
			return (plan) -> {
				if (environment.getProperty("fail", Boolean.class, false)) {
					plan.database(new InMemoryDatabase("memory"));
					plan.step("memory", new TestStep("broken", Phase.MIGRATE, (context) -> {
						throw new IllegalStateException("Disk full");
					}));
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(DbInitAutoConfiguration.class)
	static class ChildConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceInitializationAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, LiquibaseAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
			LiquibaseStepAutoConfiguration.class })
	static class JdbcConfiguration extends DatabaseConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class TemplateConfiguration extends JdbcConfiguration {

		@Bean
		Integer customers(JdbcTemplate jdbc) {
			return jdbc.queryForObject("select count(*) from customer", Integer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScriptConfiguration extends JdbcConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration extends JdbcConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class LifecycleConfiguration extends DatabaseConfiguration {

		@Bean
		Listener listener(Initializer initializer) {
			return new Listener(initializer);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class ScheduledConfiguration extends DatabaseConfiguration {

		@Bean
		Task task() {
			return new Task();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CycleConfiguration extends JdbcConfiguration {

		@Bean
		PlanCustomizer plan(JdbcTemplate jdbc) {
			return (plan) -> plan.step("jdbc", new TestStep("own", Phase.SEED, (context) -> jdbc.execute("select 1")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(SeedAutoConfiguration.class)
	static class SeedCycleConfiguration extends JdbcConfiguration {

		@Bean
		Seed rates(JdbcTemplate jdbc) {
			return new TestSeed("rates", "jdbc", Set.of(Seed.EVERYWHERE), Set.of(),
					(context) -> jdbc.execute("select 1"));
		}

	}

	static class Task {

		@Scheduled(fixedDelay = 100_000)
		void run() {
		}

	}

	static class Listener implements SmartLifecycle {

		private final Initializer initializer;

		private State state;

		Listener(Initializer initializer) {
			this.initializer = initializer;
		}

		@Override
		public void start() {
			this.state = this.initializer.report().state();
		}

		@Override
		public void stop() {
			this.state = null;
		}

		@Override
		public boolean isRunning() {
			return this.state != null;
		}

	}

}
