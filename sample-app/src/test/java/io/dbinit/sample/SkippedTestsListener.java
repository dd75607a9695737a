package io.dbinit.sample;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Names every test that was skipped, with the reason, when all have ended.
 */
public final class SkippedTestsListener implements TestExecutionListener {

	private final List<String> skipped = new ArrayList<>();

	@Override
	public synchronized void executionSkipped(TestIdentifier test, String reason) {
		this.skipped.add("  %s: %s".formatted(test.getLegacyReportingName(), reason));
	}

	@Override
	public synchronized void testPlanExecutionFinished(TestPlan plan) {
		// Surefire redirects System.out
		PrintStream console = new PrintStream(new FileOutputStream(FileDescriptor.out));
		if (!this.skipped.isEmpty()) {
			console.println("Skipped tests: " + this.skipped.size());
			this.skipped.forEach(console::println);
		}
		console.flush();
		this.skipped.clear();
	}

}
