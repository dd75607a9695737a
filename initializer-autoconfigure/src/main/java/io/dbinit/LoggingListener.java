package io.dbinit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log of a start: a line for each step that did something, a line when a
 * database keeps it waiting for another reason than before, and a line in the end.
 */
public class LoggingListener implements InitializerListener {

	private static final Log logger = LogFactory.getLog(Initializer.class);

	private final Map<String, String> reasons = new ConcurrentHashMap<>();

	@Override
	public void waiting(Report.DatabaseReport database) {
		String reason = String.valueOf(database.waitingFor());
		if (!reason.equals(this.reasons.put(database.name(), reason))) {
			logger.info("Waiting for '%s': %s".formatted(database.name(), reason));
		}
	}

	@Override
	public void stepEnded(String database, Report.StepReport step) {
		if (step.outcome() == Outcome.DONE && !step.changes().isEmpty()) {
			logger.info("%s: %s: %s (%s)".formatted(database, step.name(), String.join(", ", step.changes()),
					millis(step.duration())));
		}
	}

	@Override
	public void ended(Report report) {
		String text = "%s: %s (%s)".formatted(
				(report.state() == State.COMPLETE) ? "Databases complete" : "Databases not complete", report.message(),
				millis(report.duration()));
		if (report.state() == State.COMPLETE) {
			logger.info(text);
		}
		else {
			logger.error(text);
		}
	}

	private static String millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() + " ms" : "not started";
	}

}
