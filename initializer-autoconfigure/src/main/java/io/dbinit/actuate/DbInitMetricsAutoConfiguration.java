package io.dbinit.actuate;

import io.dbinit.Initializer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the initializer's metrics and observations.
 */
@AutoConfiguration(afterName = { "io.dbinit.autoconfigure.DbInitAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
		"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnBean(Initializer.class)
public final class DbInitMetricsAutoConfiguration {

	/**
	 * Runs and steps are observed.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnBean(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "dbInitObservationListener")
		ObservationListener dbInitObservationListener(ObservationRegistry registry) {
			return new ObservationListener(registry);
		}

	}

	/**
	 * Runs are counted, and the state is shown.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "dbInitRunMetrics")
		RunMetrics dbInitRunMetrics(MeterRegistry registry) {
			return new RunMetrics(registry);
		}

		@Bean
		@ConditionalOnMissingBean(name = "dbInitStateMetrics")
		StateMetrics dbInitStateMetrics(Initializer initializer) {
			return new StateMetrics(initializer);
		}

		/**
		 * Runs and steps are timed, unless their observations become timers.
		 */
		@Configuration(proxyBeanMethods = false)
		@Conditional(NotTimedByObservations.class)
		static class TimerConfiguration {

			@Bean
			@ConditionalOnMissingBean(name = "dbInitTimerListener")
			TimerListener dbInitTimerListener(MeterRegistry registry) {
				return new TimerListener(registry);
			}

		}

	}

	static final class NotTimedByObservations extends AnyNestedCondition {

		NotTimedByObservations() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnMissingBean(type = "io.micrometer.observation.ObservationRegistry")
		static class NoRegistry {

		}

		@ConditionalOnMissingBean(type = "io.micrometer.core.instrument.observation.MeterObservationHandler")
		static class NoHandler {

		}

	}

}
