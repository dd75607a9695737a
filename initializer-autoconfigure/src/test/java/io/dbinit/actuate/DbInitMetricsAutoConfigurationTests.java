package io.dbinit.actuate;

import io.dbinit.Initializer;
import io.dbinit.InitializerListener;
import io.dbinit.PlanCustomizer;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.testing.InMemoryDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link DbInitMetricsAutoConfiguration}.
 */
class DbInitMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class, DbInitMetricsAutoConfiguration.class))
		.withBean(PlanCustomizer.class, () -> (plan) -> {
			plan.database(new InMemoryDatabase("first"));
			plan.step("first", GatedStep.open());
			plan.database(new InMemoryDatabase("second"));
			plan.step("second", GatedStep.open());
		});

	private final ApplicationContextRunner metrics = this.runner.withBean(SimpleMeterRegistry.class)
		.withConfiguration(
				AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class));

	@Test
	void countsAndTimesRunsAndSteps() {
		this.metrics.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("db.init.state").tag("state", "PENDING").gauge().value()).isEqualTo(1);
			context.getBean(Initializer.class).run();
			context.getBean(Initializer.class).run();
			assertThat(registry.get("db.init.runs").tag("outcome", "DONE").counter().count()).isEqualTo(1);
			assertThat(registry.get("db.init.runs").tag("outcome", "UP_TO_DATE").counter().count()).isEqualTo(1);
			assertThat(registry.get("db.init.run").tag("outcome", "DONE").timer().count()).isEqualTo(1);
			assertThat(registry.get("db.init.step")
				.tags("database", "first", "step", "long migration", "phase", "MIGRATE", "outcome", "DONE")
				.timer()
				.count()).isEqualTo(1);
			assertThat(registry.get("db.init.state").tag("state", "PENDING").gauge().value()).isZero();
			assertThat(registry.get("db.init.state").tag("state", "COMPLETE").gauge().value()).isEqualTo(1);
		});
	}

	@Test
	void timersComeFromObservationsWhereThereAre() {
		this.metrics.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class)).run((context) -> {
			assertThat(context).doesNotHaveBean(TimerListener.class);
			context.getBean(Initializer.class).run();
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("db.init.run").tag("outcome", "DONE").timer().count()).isEqualTo(1);
			assertThat(registry.find("db.init.run").timers()).hasSize(1);
			assertThat(registry.get("db.init.step")
				.tags("database", "second", "step", "long migration", "phase", "MIGRATE", "outcome", "DONE", "error",
						"none")
				.timer()
				.count()).isEqualTo(1);
			assertThat(registry.find("db.init.step").timers()).hasSize(2);
			assertThat(registry.find("db.init.step.active").longTaskTimers())
				.allMatch((timer) -> timer.activeTasks() == 0);
			assertThat(registry.get("db.init.runs").counter().count()).isEqualTo(1);
		});
	}

	@Test
	void stepsAreObservedWithinTheRunAndScopesAreClosed() {
		Recorder recorder = new Recorder();
		this.runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
			.withBean(Recorder.class, () -> recorder)
			.run((context) -> {
				context.getBean(Initializer.class).run();
				assertThat(recorder.stopped).extracting(Observation.Context::getName)
					.containsExactly("db.init.step", "db.init.step", "db.init.run");
				assertThat(recorder.stopped.subList(0, 2))
					.allSatisfy((step) -> assertThat(step.getParentObservation().getContextView().getName())
						.isEqualTo("db.init.run"));
				assertThat(recorder.scopes).containsOnly("db-init long migration");
				assertThat(context.getBean(ObservationRegistry.class).getCurrentObservation()).isNull();
				assertThat(context).doesNotHaveBean(RunMetrics.class);
			});
	}

	@Test
	void failuresAreErrors() {
		Recorder recorder = new Recorder();
		this.metrics.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
			.withBean(Recorder.class, () -> recorder)
			.withBean("failing", PlanCustomizer.class, () -> (plan) -> {
				plan.database(new InMemoryDatabase("third"));
				plan.step("third", GatedStep.failing("No space left"));
			})
			.run((context) -> {
				assertThatException().isThrownBy(() -> context.getBean(Initializer.class).run());
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("db.init.runs").tag("outcome", "FAILED").counter().count()).isEqualTo(1);
				assertThat(registry.get("db.init.step").tags("database", "third", "outcome", "FAILED").timer().count())
					.isEqualTo(1);
				assertThat(recorder.stopped).filteredOn((observed) -> observed.getError() != null)
					.extracting((observed) -> observed.getError().getMessage())
					.anySatisfy((message) -> assertThat(message).isEqualTo("No space left"))
					.hasSize(2);
				assertThat(context.getBean(ObservationRegistry.class).getCurrentObservation()).isNull();
			});
	}

	@Test
	void needsAnInitializer() {
		this.metrics.withPropertyValues("db-init.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(InitializerListener.class));
	}

	@Test
	void beansOfTheUserReplaceThem() {
		InitializerListener mine = new InitializerListener() {
		};
		this.metrics.withBean("dbInitTimerListener", InitializerListener.class, () -> mine)
			.withBean("dbInitRunMetrics", InitializerListener.class, () -> mine)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(TimerListener.class)
				.doesNotHaveBean(RunMetrics.class));
	}

	@Test
	void micrometerIsOptional() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ObservationListener.class)
				.doesNotHaveBean(RunMetrics.class));
	}

	@Test
	void metricsAreOptionalBesideObservations() {
		this.runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ObservationListener.class)
				.doesNotHaveBean(RunMetrics.class));
	}

	private static final class Recorder implements ObservationHandler<Observation.Context> {

		private final List<Observation.Context> stopped = Collections.synchronizedList(new ArrayList<>());

		private final List<String> scopes = Collections.synchronizedList(new ArrayList<>());

		@Override
		public void onScopeOpened(Observation.Context context) {
			if (context.getName().equals("db.init.step")) {
				this.scopes.add(context.getContextualName());
			}
		}

		@Override
		public void onStop(Observation.Context context) {
			this.stopped.add(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
