package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.Report.StepReport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log of a start: a line for each step that changed something, a line for the
 * reason of a wait whenever it changes and every ten seconds, and one final line. A start
 * that has nothing to do logs the final line alone.
 */
public class LoggingListener implements InitializerListener {

	private static final Log logger = LogFactory.getLog(Initializer.class);

	private static final Duration REPEAT = Duration.ofSeconds(10);

	private static final int SHOWN_CHANGES = 10;

	private final LongSupplier nanoTime;

	private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

	/**
	 * Create a listener.
	 */
	public LoggingListener() {
		this(System::nanoTime);
	}

	LoggingListener(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void started(Report report) {
		this.waiting.clear();
	}

	@Override
	public void waiting(DatabaseReport database) {
		String reason = reason(database);
		long now = this.nanoTime.getAsLong();
		Waiting last = this.waiting.get(database.name());
		if (last == null || !last.reason().equals(reason) || now - last.loggedAt() >= REPEAT.toNanos()) {
			this.waiting.put(database.name(), new Waiting(reason, now));
			logger.info(Names.printable(reason));
		}
	}

	private static String reason(DatabaseReport database) {
		String target = (database.state() == State.LOCKING) ? "the lock of '%s'" : "'%s'";
		return "Waiting for " + target.formatted(database.name()) + ": " + database.waitingFor();
	}

	@Override
	public void stepEnded(String database, StepReport step) {
		if (!step.changes().isEmpty()) {
			String outcome = (step.outcome() == Outcome.FAILED) ? "Failed" : "Completed";
			logger.info(Names.printable("%s '%s' on '%s' in %s: %s".formatted(outcome, step.name(), database,
					text(step.duration()), changes(step.changeTexts()))));
		}
	}

	private static String changes(List<String> changes) {
		String shown = changes.stream().limit(SHOWN_CHANGES).collect(Collectors.joining(", "));
		int more = changes.size() - SHOWN_CHANGES;
		return (more > 0) ? "%s, and %d more".formatted(shown, more) : shown;
	}

	@Override
	public void ended(Report report) {
		limitations(report);
		String names = names(report);
		String duration = text(report.duration());
		if (report.state() == State.PLANNED) {
			plan(report);
			return;
		}
		if (report.outcome() == Outcome.UP_TO_DATE) {
			logger.info("Databases are complete, nothing to do%s: %s (%s)"
				.formatted(report.isKept() ? " for an older release" : "", names, duration));
			return;
		}
		switch (report.outcome()) {
			case DONE -> logger.info("Databases are %s: %s (%s in %s)".formatted(
					(report.state() == State.COMPLETE) ? "complete" : "as the command asked, and steps are pending",
					names, summary(report), duration));
			default -> logger.error(Names.printable("Databases are not complete: %s (%s in %s): %s".formatted(names,
					summary(report), duration, report.message())));
		}
	}

	private static void limitations(Report report) {
		for (DatabaseReport database : report.databases()) {
			for (String limitation : database.limitations()) {
				logger.warn(Names.printable("'%s': %s".formatted(database.name(), limitation)));
			}
		}
	}

	private static void plan(Report report) {
		for (DatabaseReport database : report.databases()) {
			database.plan()
				.forEach((step, changes) -> changes.forEach((change) -> logger.info(Names
					.printable("Planned on '%s' by '%s': %s".formatted(database.name(), step, text(change))))));
		}
		logger.warn("Databases are not complete: %s, and none was made".formatted(report.message()));
	}

	private static String text(PlannedChange change) {
		return change.change().text() + ((change.reason() != null) ? " (" + change.reason() + ")" : "")
				+ change.warnings().stream().map((warning) -> "; " + warning.text()).collect(Collectors.joining());
	}

	/**
	 * Of a start that failed, those that are to blame.
	 */
	private static String names(Report report) {
		boolean failed = report.state() == State.FAILED;
		StringJoiner names = new StringJoiner(", ");
		for (DatabaseReport database : report.databases()) {
			if (!failed || database.state() != State.COMPLETE) {
				names.add("'" + database.name() + "'");
			}
		}
		return names.toString();
	}

	private static String summary(Report report) {
		List<StepReport> steps = report.databases().stream().flatMap((database) -> database.steps().stream()).toList();
		long ran = steps.stream().filter((step) -> step.outcome() == Outcome.DONE).count();
		int changes = steps.stream().mapToInt((step) -> step.changes().size()).sum();
		return "%d of %d steps, %d changes".formatted(ran, steps.size(), changes);
	}

	static String text(@Nullable Duration duration) {
		if (duration == null) {
			return "no time";
		}
		return (duration.toSeconds() < 1) ? duration.toMillis() + " ms"
				: String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

	private record Waiting(String reason, long loggedAt) {
	}

}
