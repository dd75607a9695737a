package io.dbinit.benchmark.app;

import io.dbinit.Initializer;
import io.dbinit.Report;

import org.springframework.beans.factory.ObjectProvider;

/**
 * The initializer, whose own runner comes first.
 */
class InitializerWork implements Work {

	private final ObjectProvider<Initializer> initializer;

	InitializerWork(ObjectProvider<Initializer> initializer) {
		this.initializer = initializer;
	}

	@Override
	public void begin() {
		Report report = this.initializer.getObject().report();
		if (report.state() != Report.State.COMPLETE) {
			throw new IllegalStateException("The initializer did not run: " + report);
		}
		System.out.println("MESSAGE " + report.message());
	}

	@Override
	public void repeat() {
		this.initializer.getObject().run();
	}

}
