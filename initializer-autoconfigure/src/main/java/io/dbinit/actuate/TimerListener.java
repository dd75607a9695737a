package io.dbinit.actuate;

import java.time.Duration;

import io.dbinit.InitializerListener;
import io.dbinit.Report;
import io.dbinit.Report.StepReport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Times runs and steps where no observation does.
 */
final class TimerListener implements InitializerListener {

	private final MeterRegistry registry;

	TimerListener(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void stepEnded(String database, StepReport step) {
		record(Timer.builder("db.init.step")
			.description("Duration of the steps of the initializer")
			.tags("database", database, "step", step.name(), "phase", step.phase().name(), "outcome",
					step.outcome().name()),
				step.duration());
	}

	@Override
	public void ended(Report report) {
		record(Timer.builder("db.init.run")
			.description("Duration of the runs of the initializer")
			.tags("outcome", report.outcome().name()), report.duration());
	}

	private void record(Timer.Builder timer, @Nullable Duration duration) {
		if (duration != null) {
			timer.register(this.registry).record(duration);
		}
	}

}
