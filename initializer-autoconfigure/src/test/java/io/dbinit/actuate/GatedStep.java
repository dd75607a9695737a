package io.dbinit.actuate;

import java.util.concurrent.CountDownLatch;

import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;

/**
 * A step that lasts as long as a test wants.
 */
class GatedStep implements Step {

	final CountDownLatch begun = new CountDownLatch(1);

	final CountDownLatch gate = new CountDownLatch(1);

	private final RuntimeException failure;

	GatedStep() {
		this(null);
	}

	GatedStep(RuntimeException failure) {
		this.failure = failure;
	}

	static GatedStep open() {
		GatedStep step = new GatedStep();
		step.gate.countDown();
		return step;
	}

	static GatedStep failing(String message) {
		GatedStep step = new GatedStep(new IllegalStateException(message));
		step.gate.countDown();
		return step;
	}

	@Override
	public String name() {
		return "long migration";
	}

	@Override
	public Phase phase() {
		return Phase.MIGRATE;
	}

	@Override
	public String fingerprint() {
		return "1";
	}

	@Override
	public void run(StepContext context) throws Exception {
		context.progress("half of it");
		this.begun.countDown();
		this.gate.await();
		if (this.failure != null) {
			throw this.failure;
		}
		context.changed("all of it");
	}

}
