package io.dbinit.actuate;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.dbinit.InitializationException;
import io.dbinit.InitializerListener;
import io.dbinit.Report;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.StepReport;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * An {@link InitializerListener} that observes runs and steps. A step is observed in the
 * scope of its thread; the run is its parent, also across threads.
 */
final class ObservationListener implements InitializerListener {

	private static final String RUN = "";

	private final ObservationRegistry registry;

	private final Map<String, Observed> observed = new ConcurrentHashMap<>();

	ObservationListener(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void started(Report report) {
		start(RUN, Observation.createNotStarted("db.init.run", this.registry).contextualName("db-init"));
	}

	@Override
	public void stepStarted(String database, StepReport step) {
		Observed run = this.observed.get(RUN);
		start(key(database, step),
				Observation.createNotStarted("db.init.step", this.registry)
					.contextualName("db-init " + step.name())
					.parentObservation((run != null) ? run.observation() : null)
					.lowCardinalityKeyValue("database", database)
					.lowCardinalityKeyValue("step", step.name())
					.lowCardinalityKeyValue("phase", step.phase().name()));
	}

	@Override
	public void stepEnded(String database, StepReport step) {
		stop(key(database, step), step.outcome(), step.error());
	}

	@Override
	public void ended(Report report) {
		stop(RUN, report.outcome(), report.message());
	}

	private static String key(String database, StepReport step) {
		return database + '/' + step.name();
	}

	private void start(String key, Observation observation) {
		observation.start();
		this.observed.put(key, new Observed(observation, observation.openScope()));
	}

	private void stop(String key, Outcome outcome, @Nullable String error) {
		Observed observed = this.observed.remove(key);
		if (observed == null) {
			return;
		}
		observed.scope().close();
		Observation observation = observed.observation();
		observation.lowCardinalityKeyValue("outcome", outcome.name());
		if (outcome == Outcome.FAILED) {
			observation.error(new InitializationException(Objects.requireNonNullElse(error, "Failed"), "", null));
		}
		observation.stop();
	}

	private record Observed(Observation observation, Observation.Scope scope) {
	}

}
