package io.dbinit.command;

import org.springframework.context.LifecycleProcessor;

/**
 * Starts no lifecycle, as listeners and schedulers have no part in a command.
 */
final class NoLifecycles implements LifecycleProcessor {

	@Override
	public void onRefresh() {
	}

	@Override
	public void onClose() {
	}

	@Override
	public void start() {
	}

	@Override
	public void stop() {
	}

	@Override
	public boolean isRunning() {
		return false;
	}

}
