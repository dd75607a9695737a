package io.dbinit.actuate;

import io.dbinit.Initializer;
import io.dbinit.Report.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Shows the state of the start: one gauge for each state, which is 1 for the present one
 * and 0 for the others, so that no number has to be looked up.
 */
final class StateMetrics implements MeterBinder {

	private final Initializer initializer;

	StateMetrics(Initializer initializer) {
		this.initializer = initializer;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (State state : State.values()) {
			Gauge
				.builder("db.init.state", this.initializer,
						(initializer) -> (initializer.report().state() == state) ? 1 : 0)
				.description("State of the initializer: 1 for the present state, 0 for the others")
				.tag("state", state.name())
				.register(registry);
		}
	}

}
