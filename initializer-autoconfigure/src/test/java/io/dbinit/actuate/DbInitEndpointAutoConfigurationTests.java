package io.dbinit.actuate;

import java.util.Objects;

import java.security.Principal;

import io.dbinit.Initializer;
import io.dbinit.PlanCustomizer;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.testing.InMemoryDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link DbInitEndpointAutoConfiguration}.
 */
class DbInitEndpointAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class, EndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, DbInitEndpointAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=dbinit");

	@Test
	void endpointIsServedAtItsPath() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(DbInitEndpoint.class);
			assertThat(context.getBean(PathMappedEndpoints.class).getPath(EndpointId.of("dbinit")))
				.isEqualTo("/actuator/db-init");
		});
	}

	@Test
	void pathMappingOfTheUserWins() {
		this.runner.withPropertyValues("management.endpoints.web.path-mapping.dbinit=databases")
			.run((context) -> assertThat(context.getBean(PathMappedEndpoints.class).getPath(EndpointId.of("dbinit")))
				.isEqualTo("/actuator/databases"));
	}

	@Test
	void endpointThatIsNotExposedIsNotCreated() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(DbInitEndpoint.class));
	}

	@Test
	void endpointWithoutAccessIsNotCreated() {
		this.runner.withPropertyValues("management.endpoint.dbinit.access=none")
			.run((context) -> assertThat(context).doesNotHaveBean(DbInitEndpoint.class));
	}

	@Test
	void endpointNeedsAnInitializer() {
		this.runner.withPropertyValues("db-init.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DbInitEndpoint.class));
	}

	@Test
	void endpointOfTheUserReplacesIt() {
		this.runner.withBean("custom", DbInitEndpoint.class)
			.run((context) -> assertThat(context).getBeanNames(DbInitEndpoint.class).containsExactly("custom"));
	}

	@Test
	void actuatorIsOptional() {
		this.runner.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Initializer.class)
				.doesNotHaveBean(DbInitEndpoint.class));
	}

	@Test
	void endpointShowsProgressAndHistory() {
		GatedStep step = GatedStep.open();
		this.runner.withBean(PlanCustomizer.class, () -> (plan) -> {
			plan.database(new InMemoryDatabase("memory"));
			plan.step("memory", step);
		}).run((context) -> {
			DbInitEndpoint endpoint = context.getBean(DbInitEndpoint.class);
			assertThat(endpoint.report().state()).hasToString("PENDING");
			assertThat(endpoint.report().databases().get(0).runsError()).contains("has not answered");
			context.getBean(Initializer.class).run();
			assertThat(endpoint.report().state()).hasToString("COMPLETE");
			assertThat(endpoint.database("memory").runs()).hasSize(1);
			assertThat(endpoint.database("memory").runsError()).isNull();
			assertThat(endpoint.database("memory").steps().get(0).changes()).containsExactly("all of it");
			assertThat(endpoint.database("other")).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource({ "never, false, false, false", "always, true, true, true", "WHEN_AUTHORIZED, false, true, true" })
	void valuesAreShownAsConfigured(String show, boolean anonymous, boolean authorized, boolean jmx) {
		failing().withPropertyValues("management.endpoint.dbinit.show-values=" + show).run((context) -> {
			DbInitEndpointWebExtension web = context.getBean(DbInitEndpointWebExtension.class);
			assertShown(json(web.report(SecurityContext.NONE, DbInitFormat.JSON)), anonymous);
			assertShown(web.database(SecurityContext.NONE, "memory"), anonymous);
			assertShown(json(web.report(user("any"), DbInitFormat.JSON)), authorized);
			assertShown(web.database(user("any"), "memory"), authorized);
			assertShown(context.getBean(DbInitEndpoint.class).report(), jmx);
			assertShown(context.getBean(DbInitEndpoint.class).database("memory"), jmx);
			assertThat(web.database(user("any"), "other")).isNull();
		});
	}

	@Test
	void valuesAreHiddenByDefault() {
		failing().run((context) -> assertShown(
				json(context.getBean(DbInitEndpointWebExtension.class).report(user("any"), DbInitFormat.JSON)), false));
	}

	@Test
	void valuesAreShownToRoles() {
		failing()
			.withPropertyValues("management.endpoint.dbinit.show-values=when-authorized",
					"management.endpoint.dbinit.roles=operator")
			.run((context) -> {
				DbInitEndpointWebExtension web = context.getBean(DbInitEndpointWebExtension.class);
				assertShown(json(web.report(user("other"), DbInitFormat.JSON)), false);
				assertShown(json(web.report(user("operator"), DbInitFormat.JSON)), true);
			});
	}

	private WebApplicationContextRunner failing() {
		return this.runner.withBean(PlanCustomizer.class, () -> (plan) -> {
			plan.database(new InMemoryDatabase("memory"));
			plan.step("memory", GatedStep.failing("No space left on host 10.0.0.7"));
		})
			.withInitializer((context) -> context
				.addApplicationListener((ApplicationListener<ContextRefreshedEvent>) (event) -> assertThatException()
					.isThrownBy(() -> event.getApplicationContext().getBean(Initializer.class).run())));
	}

	private static void assertShown(DbInitDescriptor descriptor, boolean shown) {
		assertThat(descriptor.state()).hasToString("FAILED");
		assertThat(descriptor.message()).isNotNull()
			.satisfies((message) -> assertThat(message.contains("10.0.0.7")).isEqualTo(shown));
		assertShown(descriptor.databases().get(0), shown);
	}

	private static void assertShown(DatabaseDescriptor database, boolean shown) {
		assertThat(database.steps().get(0).outcome()).hasToString("FAILED");
		assertThat(database.toString().contains("10.0.0.7")).isEqualTo(shown);
		assertThat(database.product()).isEqualTo(shown ? "memory" : "******");
	}

	private static DbInitDescriptor json(WebEndpointResponse<Object> response) {
		assertThat(response.getContentType()).hasToString("application/json");
		return (DbInitDescriptor) Objects.requireNonNull(response.getBody());
	}

	private static SecurityContext user(String role) {
		return new SecurityContext() {

			@Override
			public Principal getPrincipal() {
				return () -> "user";
			}

			@Override
			public boolean isUserInRole(String name) {
				return role.equals(name);
			}

		};
	}

}
