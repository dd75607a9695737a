package io.dbinit.actuate;

import io.dbinit.Initializer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the {@link DbInitHealthIndicator} and of its place in the
 * readiness group.
 */
@AutoConfiguration(
		afterName = { "io.dbinit.autoconfigure.DbInitAutoConfiguration",
				"org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration" },
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(Initializer.class)
@ConditionalOnEnabledHealthIndicator("db-init")
public final class DbInitHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "dbInitHealthIndicator", "dbInitHealthContributor" })
	HealthIndicator dbInitHealthIndicator(Initializer initializer, Environment environment) {
		return isEnabled(environment) ? new DbInitHealthIndicator(initializer)
				: () -> Health.unknown().withDetail("enabled", false).build();
	}

	/**
	 * Conditions of an application that was processed ahead of time are not evaluated
	 * again when it starts.
	 */
	private static boolean isEnabled(Environment environment) {
		return Binder.get(environment).bind("db-init.enabled", Boolean.class).orElse(true);
	}

	/**
	 * Health endpoints have groups where Actuator is present.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
	static class ProbesConfiguration {

		@Bean
		static HealthEndpointGroupsPostProcessor dbInitProbesPostProcessor(Environment environment) {
			return new ProbesPostProcessor("dbInit", environment, isEnabled(environment));
		}

	}

}
