package io.dbinit.actuate;

import io.dbinit.InitializerListener;
import io.dbinit.Report;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts the runs by their outcome.
 */
final class RunMetrics implements InitializerListener {

	private final MeterRegistry registry;

	RunMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void ended(Report report) {
		Counter.builder("db.init.runs")
			.description("Runs of the initializer in this process")
			.tag("outcome", report.outcome().name())
			.register(this.registry)
			.increment();
	}

}
