package io.dbinit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.Report.StepReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggingListener}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoggingListenerTests {

	private final AtomicLong nanoTime = new AtomicLong();

	private final LoggingListener listener = new LoggingListener(this.nanoTime::get);

	@Test
	void startWithNothingToDoIsOneLine(CapturedOutput output) {
		this.listener.started(report(State.RUNNING, step(Outcome.PENDING)));
		this.listener.ended(report(State.COMPLETE, step(Outcome.UP_TO_DATE)));
		assertThat(output.getOut().lines()).singleElement()
			.asString()
			.endsWith("Databases are complete, nothing to do: 'jdbc' (1.5 s)");
	}

	@Test
	void stepThatDidSomethingIsOneLine(CapturedOutput output) {
		this.listener.stepEnded("jdbc", step(Outcome.DONE, "create table 'a'", "create table 'b'"));
		this.listener.ended(report(State.COMPLETE, step(Outcome.DONE, "create table 'a'", "create table 'b'")));
		assertThat(output.getOut().lines()).satisfiesExactly(
				(line) -> assertThat(line)
					.endsWith("Completed 'liquibase' on 'jdbc' in 12 ms: create table 'a', create table 'b'"),
				(line) -> assertThat(line)
					.endsWith("Databases are complete: 'jdbc' (1 of 1 steps, 2 changes in 1.5 s)"));
	}

	@Test
	void stepThatDidNothingIsNotLogged(CapturedOutput output) {
		this.listener.stepEnded("jdbc", step(Outcome.DONE));
		assertThat(output).isEmpty();
	}

	@Test
	void nothingThatIsLoggedBeginsALineOfItsOwn(CapturedOutput output) {
		this.listener.stepEnded("jdbc", step(Outcome.DONE, "a\nERROR forged\r\u001b[2K\u2028\u202e"));
		assertThat(output.getOut().lines()).singleElement()
			.asString()
			.endsWith("in 12 ms: a\\nERROR forged\\r\\u001b[2K\\u2028\\u202e");
	}

	@Test
	void manyChangesAreCounted(CapturedOutput output) {
		this.listener.stepEnded("jdbc",
				step(Outcome.DONE, IntStream.rangeClosed(1, 12).mapToObj((i) -> "c" + i).toArray(String[]::new)));
		assertThat(output.getOut().lines()).singleElement().asString().endsWith("c9, c10, and 2 more");
	}

	@Test
	void failureSaysWhatWasDoneBefore(CapturedOutput output) {
		this.listener.stepEnded("jdbc", step(Outcome.FAILED, "create table 'a'"));
		this.listener.ended(report(State.FAILED, step(Outcome.FAILED, "create table 'a'")));
		assertThat(output.getOut().lines()).satisfiesExactly(
				(line) -> assertThat(line).endsWith("Failed 'liquibase' on 'jdbc' in 12 ms: create table 'a'"),
				(line) -> assertThat(line).contains("ERROR")
					.endsWith("Databases are not complete: 'jdbc' (0 of 1 steps, 1 changes in 1.5 s): message"));
	}

	@Test
	void failureNamesTheDatabasesThatAreNotComplete(CapturedOutput output) {
		Report report = report(State.FAILED, step(Outcome.FAILED));
		DatabaseReport database = report.databases().get(0);
		this.listener.ended(new Report(report.state(), report.outcome(), report.environment(), report.startedAt(),
				report.duration(), "message", null, List.of(database, new DatabaseReport("mongodb", null,
						State.COMPLETE, null, null, Map.of(), List.of(), List.of(), List.of()))));
		assertThat(output).contains("Databases are not complete: 'jdbc' (");
	}

	@Test
	void limitationsAreWarnedOf(CapturedOutput output) {
		Report report = report(State.COMPLETE, step(Outcome.DONE));
		DatabaseReport database = report.databases().get(0);
		this.listener.ended(new Report(report.state(), report.outcome(), report.environment(), report.startedAt(),
				report.duration(), null, null, List.of(new DatabaseReport(database.name(), null, database.state(), null,
						null, Map.of(), database.steps(), List.of(), List.of("No TTL")))));
		assertThat(output.getOut().lines()).anySatisfy((line) -> assertThat(line).contains("WARN", "'jdbc': No TTL"));
	}

	@Test
	void waitingIsLoggedWhenItsReasonChangesAndEveryTenSeconds(CapturedOutput output) {
		wait("held by 'a' at 'liquibase: 1'", 0);
		wait("held by 'a' at 'liquibase: 1'", 1);
		wait("held by 'a' at 'liquibase: 2'", 2);
		wait("held by 'a' at 'liquibase: 2'", 11);
		wait("held by 'a' at 'liquibase: 2'", 12);
		wait("held by 'a' at 'liquibase: 2'", 13);
		assertThat(output.getOut().lines()).satisfiesExactly(
				(line) -> assertThat(line).endsWith("Waiting for the lock of 'jdbc': held by 'a' at 'liquibase: 1'"),
				(line) -> assertThat(line).endsWith("liquibase: 2'"),
				(line) -> assertThat(line).endsWith("liquibase: 2'"));
	}

	private void wait(String reason, long second) {
		this.nanoTime.set(Duration.ofSeconds(second).toNanos());
		this.listener.waiting(new DatabaseReport("jdbc", null, State.LOCKING, reason, null, Map.of(), List.of(),
				List.of(), List.of()));
	}

	private static StepReport step(Outcome outcome, String... changes) {
		return new StepReport("liquibase", Phase.MIGRATE, outcome, Instant.EPOCH, Duration.ofMillis(12), null,
				Stream.of(changes).map(Change::recorded).toList(), null);
	}

	private static Report report(State state, StepReport step) {
		return new Report(state, (state == State.FAILED) ? Outcome.FAILED : step.outcome(), "test", Instant.EPOCH,
				Duration.ofMillis(1499), "message", null, List.of(new DatabaseReport("jdbc", null, state, null, null,
						Map.of(), List.of(step), List.of(), List.of())));
	}

}
