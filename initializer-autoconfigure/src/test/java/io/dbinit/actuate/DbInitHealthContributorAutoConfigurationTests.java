package io.dbinit.actuate;

import java.util.Map;

import io.dbinit.Initializer;
import io.dbinit.PlanCustomizer;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.testing.InMemoryDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link DbInitHealthContributorAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DbInitHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthEndpointAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class, DbInitHealthContributorAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=health");

	@Test
	void isOutOfServiceUntilComplete() {
		GatedStep step = new GatedStep();
		withStep(step).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			Thread thread = new Thread(() -> context.getBean(Initializer.class).run());
			thread.start();
			step.begun.await();
			assertThat(health(context)).isEqualTo(Health.outOfService()
				.withDetail("state", io.dbinit.Report.State.RUNNING)
				.withDetail("databases", Map.of("memory", Map.of("state", io.dbinit.Report.State.RUNNING)))
				.build());
			step.gate.countDown();
			thread.join();
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void isDownAfterFailure() {
		withStep(GatedStep.failing("No space left")).run((context) -> {
			assertThatException().isThrownBy(() -> context.getBean(Initializer.class).run());
			assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
			assertThat(health(context).getDetails()).hasEntrySatisfying("error",
					(error) -> assertThat(error).asString().contains("No space left"));
		});
	}

	private ApplicationContextRunner withStep(GatedStep step) {
		return this.runner.withBean(PlanCustomizer.class, () -> (plan) -> {
			plan.database(new InMemoryDatabase("memory"));
			plan.step("memory", step);
		});
	}

	private static Health health(ApplicationContext context) {
		HealthIndicator indicator = (HealthIndicator) context.getBean(HealthContributorRegistry.class)
			.getContributor("dbInit");
		return indicator.health();
	}

	@Test
	void isPartOfReadinessAndNotOfLiveness() {
		this.runner.run((context) -> {
			assertThat(group(context, "readiness").isMember("dbInit")).isTrue();
			assertThat(group(context, "readiness").isMember("readinessState")).isTrue();
			assertThat(group(context, "readiness").isMember("db")).isFalse();
			assertThat(group(context, "liveness").isMember("dbInit")).isFalse();
			assertThat(group(context, "liveness").isMember("livenessState")).isTrue();
		});
	}

	@Test
	void additionalPathsOfTheProbesStay() {
		this.runner.withPropertyValues("management.endpoint.health.probes.add-additional-paths=true").run((context) -> {
			assertThat(group(context, "readiness").getAdditionalPath()).hasToString("server:/readyz");
			assertThat(context.getBean(AdditionalPathsMapper.class)
				.getAdditionalPaths(EndpointId.of("health"), WebServerNamespace.SERVER))
				.containsExactly("/livez", "/readyz");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "readinessState", "readinessState,ping", "readinessState, ping", "*" })
	void joinsTheReadinessGroupOfTheApplication(String members) {
		this.runner
			.withPropertyValues("management.endpoint.health.group.readiness.include=" + members,
					"management.endpoint.health.validate-group-membership=false")
			.run((context) -> {
				assertThat(group(context, "readiness").isMember("dbInit")).isTrue();
				assertThat(group(context, "readiness").isMember("readinessState")).isTrue();
				assertThat(group(context, "readiness").isMember("db")).isEqualTo(members.equals("*"));
			});
	}

	@Test
	void joinsTheReadinessGroupOfTheApplicationWithoutProbes() {
		this.runner
			.withPropertyValues("management.endpoint.health.probes.enabled=false",
					"management.endpoint.health.group.readiness.include=ping",
					"management.endpoint.health.validate-group-membership=false")
			.run((context) -> assertThat(group(context, "readiness").isMember("dbInit")).isTrue());
	}

	@ParameterizedTest
	@ValueSource(strings = { "exclude=dbInit", "exclude=ping,dbInit", "exclude[0]=dbInit" })
	void doesNotJoinAReadinessGroupThatExcludesIt(String exclude, CapturedOutput output) {
		this.runner.withPropertyValues("management.endpoint.health.group.readiness." + exclude).run((context) -> {
			assertThat(group(context, "readiness").isMember("dbInit")).isFalse();
			assertThat(group(context, "readiness").isMember("readinessState")).isTrue();
			assertThat(output).contains("Readiness does not wait until the databases are complete")
				.contains("'management.endpoint.health.group.readiness.exclude'");
		});
	}

	@Test
	void aFailureShowsInTheReadinessGroupOfTheApplication() {
		withStep(GatedStep.failing("No space left"))
			.withPropertyValues("management.endpoint.health.group.readiness.include=readinessState")
			.run((context) -> {
				assertThatException().isThrownBy(() -> context.getBean(Initializer.class).run());
				assertThat(context.getBean(HealthEndpoint.class).healthForPath("readiness").getStatus())
					.isEqualTo(Status.DOWN);
			});
	}

	@Test
	void doesNotKeepAServiceFromBeingReadyThatIsDisabledAfterConditionsWereEvaluated() {
		MockEnvironment environment = new MockEnvironment().withProperty("db-init.enabled", "false");
		HealthIndicator indicator = new DbInitHealthContributorAutoConfiguration().dbInitHealthIndicator(null,
				environment);
		assertThat(indicator.health()).isEqualTo(Health.unknown().withDetail("enabled", false).build());
		this.runner.run((context) -> {
			HealthEndpointGroups groups = DbInitHealthContributorAutoConfiguration.ProbesConfiguration
				.dbInitProbesPostProcessor(environment)
				.postProcessHealthEndpointGroups(context.getBean(HealthEndpointGroups.class));
			assertThat(groups.get("readiness").isMember("dbInit")).isFalse();
			assertThat(groups.get("readiness").isMember("readinessState")).isTrue();
		});
	}

	@Test
	void readinessOfTheUserWithoutMembersHasAll() {
		this.runner.withPropertyValues("management.endpoint.health.group.readiness.show-details=always")
			.run((context) -> {
				assertThat(group(context, "readiness").isMember("dbInit")).isTrue();
				assertThat(group(context, "readiness").showDetails(null)).isTrue();
			});
	}

	@Test
	void livenessOfTheUserNeverHasIt() {
		this.runner.withPropertyValues("management.endpoint.health.group.liveness.show-components=always")
			.run((context) -> {
				assertThat(group(context, "liveness").isMember("dbInit")).isFalse();
				assertThat(group(context, "liveness").isMember("ping")).isTrue();
			});
	}

	@Test
	void otherGroupsOfTheUserCanHaveIt() {
		this.runner.withPropertyValues("management.endpoint.health.group.databases.include=dbInit")
			.run((context) -> assertThat(group(context, "databases").isMember("dbInit")).isTrue());
	}

	@Test
	void thereAreNoGroupsWithoutProbes() {
		this.runner.withPropertyValues("management.endpoint.health.probes.enabled=false")
			.run((context) -> assertThat(context.getBean(HealthEndpointGroups.class).getNames()).isEmpty());
	}

	private static HealthEndpointGroup group(ApplicationContext context, String name) {
		return context.getBean(HealthEndpointGroups.class).get(name);
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.db-init.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(DbInitHealthIndicator.class);
			assertThat(group(context, "readiness").isMember("dbInit")).isFalse();
		});
	}

	@Test
	void needsAnInitializer() {
		this.runner.withPropertyValues("db-init.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(DbInitHealthIndicator.class);
			assertThat(group(context, "readiness").isMember("dbInit")).isFalse();
		});
	}

	@Test
	void indicatorOfTheUserReplacesIt() {
		HealthIndicator indicator = () -> Health.unknown().build();
		this.runner.withBean("dbInitHealthIndicator", HealthIndicator.class, () -> indicator)
			.run((context) -> assertThat(health(context).getStatus()).isEqualTo(Status.UNKNOWN));
	}

	@Test
	void healthIsOptional() {
		this.runner.withClassLoader(new FilteredClassLoader(ConditionalOnEnabledHealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DbInitHealthIndicator.class));
	}

	@Test
	void actuatorIsOptional() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthContributorAutoConfiguration.class,
					DbInitHealthContributorAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			});
	}

}
