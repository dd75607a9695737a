package io.dbinit.mongock;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.StepReport;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.mongock.units.greeting.Greeter;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import io.mongock.driver.api.driver.ConnectionDriver;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.runner.spring.base.events.SpringMigrationStartedEvent;
import io.mongock.runner.springboot.EnableMongock;
import io.mongock.runner.springboot.base.MongockApplicationRunner;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MongockAdoption}.
 */
@RequiresServer
class MongockAdoptionTests {

	private static final String UNITS = "io.dbinit.mongock.units.";

	private static final String INITIALIZING_BEAN = "mongock.runner-type=InitializingBean";

	private final String name = MongoDb.database();

	private final MongoDatabase database = MongoDb.client().getDatabase(this.name);

	private final AtomicInteger started = new AtomicInteger();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, DbInitAutoConfiguration.class,
				MongoDbAutoConfiguration.class, MongockStepAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri(this.name), "test.database=" + this.name,
				"mongock.transactional=false", "mongock.migration-scan-package=" + UNITS + "greeting")
		.withInitializer((context) -> context.addApplicationListener(new Listener(this.started)));

	@AfterEach
	void drop() {
		this.database.drop();
	}

	@Test
	void applicationRunnerRunsOnceAsStep() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(MongockApplicationRunner.class);
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
			DatabaseReport report = report(context);
			assertThat(step(report).changeTexts()).containsExactly("change unit 'create-greetings'",
					"change unit 'count-greetings'");
			assertThat(report.migrations().get("mongock").current()).isEqualTo("count-greetings");
			assertThat(report.limitations()).anyMatch((text) -> text.contains("not cut off"));
		});
	}

	@Test
	void initializingBeanRunsOnceAsStep() {
		this.runner.withPropertyValues(INITIALIZING_BEAN).run((context) -> {
			assertThat(this.started).hasValue(0);
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
			assertThat(step(report(context)).changeTexts()).hasSize(2);
		});
	}

	@Test
	void initializingBeanRunsOnceAtContextRefresh() {
		this.runner.withPropertyValues(INITIALIZING_BEAN, "db-init.run-at=context-refresh").run((context) -> {
			assertThat(this.started).hasValue(1);
			assertThat(step(report(context)).changeTexts()).hasSize(2);
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void applicationRunnerRunsOnceAtContextRefresh() {
		this.runner.withPropertyValues("db-init.run-at=context-refresh").run((context) -> {
			assertThat(this.started).hasValue(1);
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void secondStartDoesNotRunIt() {
		this.runner.run(MongockAdoptionTests::runApplicationRunners);
		this.runner.run((context) -> {
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
			assertThat(step(report(context)).outcome()).isEqualTo(Outcome.UP_TO_DATE);
		});
	}

	@Test
	void unitsThatAreNotFoundRunAtEveryStart() {
		this.runner.withPropertyValues("mongock.migration-scan-package=" + UNITS + "none").run((context) -> {
			runApplicationRunners(context);
			context.getBean(Initializer.class).run();
			assertThat(this.started).hasValue(2);
			assertThat(report(context).limitations()).anyMatch((text) -> text.contains("were not found"));
		});
	}

	@Test
	void failureIsReportedAndNothingRunsBesideTheLock() {
		this.runner
			.withPropertyValues("mongock.migration-scan-package=" + UNITS + "failing", "db-init.on-failure=continue")
			.run((context) -> {
				runApplicationRunners(context);
				assertThat(this.started).hasValue(1);
				assertThat(step(report(context)).changeTexts()).containsExactly("change unit 'works'");
				assertThat(step(report(context)).error()).contains("Mongock failed").contains("no space left");
				assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(context.getBean(Initializer.class)::run)
					.withMessageContaining("'mongock' of 'mongodb'");
			});
	}

	@Test
	void lockLeftByDeadProcessOfOursDoesNotDelayIt() {
		this.database.getCollection("mongockLock")
			.insertOne(new Document("key", "DEFAULT_KEY").append("status", "LOCK_HELD")
				.append("owner", "of the application's Mongock")
				.append("expiresAt", new java.util.Date(System.currentTimeMillis() + 3_600_000)));
		this.database.getCollection("_system_init")
			.insertOne(new Document("_id", "database_init").append("type", "database_init")
				.append("complete", false)
				.append("changes", List.of(new Document("step", "mongock").append("change", Migration.RUN))));
		this.runner.withPropertyValues("db-init.mongock.lock-renewal=1h").run((context) -> {
			runApplicationRunners(context);
			assertThat(step(report(context)).outcome()).isEqualTo(Outcome.DONE);
		});
	}

	@Test
	void disabledStepLeavesApplicationRunnerAlone() {
		this.runner.withPropertyValues("db-init.mongock.enabled=false").run((context) -> {
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
			assertThat(report(context).steps()).noneMatch((step) -> step.name().equals("mongock"));
		});
	}

	@Test
	void disabledStepLeavesInitializingBeanAlone() {
		this.runner.withPropertyValues("db-init.mongock.enabled=false", INITIALIZING_BEAN)
			.run((context) -> assertThat(this.started).hasValue(1));
	}

	@Test
	void withoutDatabaseInThePlanApplicationRunnerRunsItself() {
		this.runner.withPropertyValues("db-init.mongodb.enabled=false").run((context) -> {
			runApplicationRunners(context);
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void withoutDatabaseInThePlanInitializingBeanRunsItself() {
		this.runner.withPropertyValues("db-init.mongodb.enabled=false", INITIALIZING_BEAN)
			.run((context) -> assertThat(this.started).hasValue(1));
	}

	@Test
	void whatTheApplicationRunsItselfIsLeftAloneAndReported() {
		this.runner.withPropertyValues("mongock.runner-type=NONE", "db-init.mongock.packages=" + UNITS + "greeting")
			.run((context) -> {
				runApplicationRunners(context);
				assertThat(this.started).hasValue(0);
				assertThat(report(context).limitations()).anyMatch((text) -> text.contains("left alone"));
				assertThat(report(context).migrations().get("mongock").pending()).isEqualTo(2);
				assertThat(this.database.getCollection("greetings").countDocuments()).isZero();
			});
	}

	private static void runApplicationRunners(ApplicationContext context) {
		context.getBeanProvider(ApplicationRunner.class).orderedStream().forEach((applicationRunner) -> {
			try {
				applicationRunner.run(new DefaultApplicationArguments());
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static DatabaseReport report(ApplicationContext context) {
		return context.getBean(Initializer.class).report().databases().get(0);
	}

	private static StepReport step(DatabaseReport database) {
		return database.steps().stream().filter((step) -> step.name().equals("mongock")).findFirst().orElseThrow();
	}

	private record Listener(AtomicInteger started) implements ApplicationListener<SpringMigrationStartedEvent> {

		@Override
		public void onApplicationEvent(SpringMigrationStartedEvent event) {
			this.started.incrementAndGet();
		}

	}

	@EnableMongock
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		ConnectionDriver connectionDriver(MongoClient client, Environment environment) {
			MongoSync4Driver driver = MongoSync4Driver.withDefaultLock(client,
					environment.getRequiredProperty("test.database"));
			driver.disableTransaction();
			return driver;
		}

		@Bean
		Greeter greeter() {
			return new Greeter("hello");
		}

	}

}
