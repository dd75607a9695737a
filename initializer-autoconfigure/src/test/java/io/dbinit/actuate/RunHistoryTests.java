package io.dbinit.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunHistory}.
 */
class RunHistoryTests {

	@Test
	void returnsRuns() {
		RunHistory history = new RunHistory((database) -> Reports.runs(), Duration.ofSeconds(30));
		assertThat(history.read(database(State.COMPLETE)).join()).isEqualTo(new RunHistory.Runs(Reports.runs(), null));
	}

	@Test
	void saysWhyRunsAreNotKnown() {
		RunHistory history = new RunHistory((database) -> {
			throw new IllegalStateException("Connection refused");
		}, Duration.ofSeconds(30));
		assertThat(history.read(database(State.COMPLETE)).join().error())
			.isEqualTo("The runs are not known: Connection refused");
	}

	@Test
	void doesNotAskDatabaseThatHasNotAnswered() {
		RunHistory history = new RunHistory((database) -> {
			throw new AssertionError("asked");
		}, Duration.ofSeconds(30));
		assertThat(history.read(database(State.WAITING)).join().error()).contains("it has not answered yet");
		assertThat(history.read(database(State.PENDING)).join().error()).contains("it has not answered yet");
	}

	@Test
	void givesUpOnSlowDatabaseAndDoesNotAskItAgainMeanwhile() {
		CountDownLatch answer = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		RunHistory history = new RunHistory((database) -> {
			asked.incrementAndGet();
			await(answer);
			return Reports.runs();
		}, Duration.ofMillis(50));
		assertThat(history.read(database(State.COMPLETE)).join().error()).contains("it did not answer within");
		assertThat(history.read(database(State.COMPLETE)).join().error()).contains("it did not answer within");
		assertThat(asked).hasValue(1);
		answer.countDown();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static DatabaseReport database(State state) {
		return new DatabaseReport("jdbc", null, state, null, null, Map.of(), List.of(), List.of(), List.of());
	}

}
