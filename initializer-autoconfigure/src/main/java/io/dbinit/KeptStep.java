package io.dbinit;

import java.util.List;

/**
 * A step that is not part of this run. Its record is kept as it is.
 */
final class KeptStep extends DelegatingStep {

	KeptStep(Step step) {
		super(step);
	}

	@Override
	public void inspect(StepContext context) {
	}

	@Override
	public List<PlannedChange> plan(StepContext context) {
		return List.of();
	}

	@Override
	public void run(StepContext context) {
		throw new IllegalStateException("'%s' is not part of this run".formatted(name()));
	}

}
