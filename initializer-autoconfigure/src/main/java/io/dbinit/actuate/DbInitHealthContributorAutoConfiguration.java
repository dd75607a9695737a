package io.dbinit.actuate;

import io.dbinit.Initializer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
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
	DbInitHealthIndicator dbInitHealthIndicator(Initializer initializer) {
		return new DbInitHealthIndicator(initializer);
	}

	/**
	 * Health endpoints have groups where Actuator is present.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
	static class ProbesConfiguration {

		@Bean
		static HealthEndpointGroupsPostProcessor dbInitProbesPostProcessor(Environment environment) {
			return new ProbesPostProcessor("dbInit", environment);
		}

	}

}
