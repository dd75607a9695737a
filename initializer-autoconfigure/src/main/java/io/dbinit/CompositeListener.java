package io.dbinit;

import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells several listeners, none of which can disturb the run.
 */
final class CompositeListener implements InitializerListener {

	private static final Log logger = LogFactory.getLog(CompositeListener.class);

	private final List<InitializerListener> listeners;

	CompositeListener(List<InitializerListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public void started(Report report) {
		tell((listener) -> listener.started(report));
	}

	@Override
	public void waiting(Report.DatabaseReport database) {
		tell((listener) -> listener.waiting(database));
	}

	@Override
	public void stepStarted(String database, Report.StepReport step) {
		tell((listener) -> listener.stepStarted(database, step));
	}

	@Override
	public void stepEnded(String database, Report.StepReport step) {
		tell((listener) -> listener.stepEnded(database, step));
	}

	@Override
	public void ended(Report report) {
		tell((listener) -> listener.ended(report));
	}

	private void tell(Consumer<InitializerListener> event) {
		for (InitializerListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener of the initializer failed", ex);
			}
		}
	}

}
