package io.dbinit.actuate;

import java.util.concurrent.CountDownLatch;

import io.dbinit.Change;
import io.dbinit.Phase;
import io.dbinit.testing.TestStep;

/**
 * A step that lasts as long as a test wants.
 */
class GatedStep extends TestStep {

	final CountDownLatch begun;

	final CountDownLatch gate;

	GatedStep() {
		this(null);
	}

	private GatedStep(RuntimeException failure) {
		this(new CountDownLatch(1), new CountDownLatch(1), failure);
	}

	private GatedStep(CountDownLatch begun, CountDownLatch gate, RuntimeException failure) {
		super("long migration", Phase.MIGRATE, (context) -> {
			context.progress("half of it");
			begun.countDown();
			gate.await();
			if (failure != null) {
				throw failure;
			}
			context.changed(Change.create("it", "all of it"));
		});
		this.begun = begun;
		this.gate = gate;
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

}
