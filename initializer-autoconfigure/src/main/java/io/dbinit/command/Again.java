package io.dbinit.command;

import io.dbinit.DelegatingStep;
import io.dbinit.Step;

/**
 * A step that is done although its record says that it is.
 */
final class Again extends DelegatingStep {

	private Again(Step step) {
		super(step);
	}

	/**
	 * Return a step to be done again.
	 * @param step the step
	 */
	static Step of(Step step) {
		return new Again(step);
	}

	/**
	 * Return a step to be done again, unless it is done once and for all.
	 * @param step the step
	 * @return the step itself if any record means that it is done
	 */
	static Step unlessOnce(Step step) {
		return step.isUpToDate("") ? step : new Again(step);
	}

	@Override
	public boolean isUpToDate(String recorded) {
		return false;
	}

}
