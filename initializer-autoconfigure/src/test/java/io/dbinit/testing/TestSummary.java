package io.dbinit.testing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Says at the end which servers the tests ran against, and names every test that was
 * skipped, with the reason.
 */
public final class TestSummary implements TestExecutionListener {

	private static final Set<String> servers = new ConcurrentSkipListSet<>();

	private static final Set<String> notes = new ConcurrentSkipListSet<>();

	private final Map<String, Set<String>> skipped = new TreeMap<>();

	private TestPlan plan;

	static void server(String server) {
		servers.add(server);
	}

	static void note(String note) {
		notes.add(note);
	}

	@Override
	public void testPlanExecutionStarted(TestPlan plan) {
		this.plan = plan;
	}

	@Override
	public synchronized void executionSkipped(TestIdentifier test, String reason) {
		skip(test, reason);
	}

	@Override
	public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
		if (result.getStatus() == Status.ABORTED) {
			skip(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason was given"));
		}
	}

	private void skip(TestIdentifier test, String reason) {
		String parent = this.plan.getParent(test).map((container) -> container.getDisplayName() + ": ").orElse("");
		this.skipped.computeIfAbsent(reason.replace("Assumption failed: ", ""), (key) -> new TreeSet<>())
			.add(parent + test.getDisplayName());
	}

	@Override
	public synchronized void testPlanExecutionFinished(TestPlan plan) {
		// Past the redirection of what tests print
		PrintStream console = new PrintStream(new FileOutputStream(FileDescriptor.out));
		console.print(text());
		console.flush();
		this.skipped.clear();
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		servers.forEach((server) -> text.append("Tested against ").append(server).append('\n'));
		notes.forEach((note) -> text.append(note).append('\n'));
		int count = this.skipped.values().stream().mapToInt(Set::size).sum();
		text.append((count != 0) ? "Skipped tests: %d\n".formatted(count) : "");
		this.skipped.forEach((reason, tests) -> {
			text.append("  ").append(reason).append('\n');
			tests.forEach((test) -> text.append("    ").append(test).append('\n'));
		});
		return text.toString();
	}

}
