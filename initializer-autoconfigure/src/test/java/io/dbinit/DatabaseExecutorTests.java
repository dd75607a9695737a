package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.dbinit.Environment;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DatabaseExecutor}.
 */
@Timeout(30)
class DatabaseExecutorTests {

	private final Plan.Builder plan = Plan.builder(Environment.of("test"));

	@Test
	void stepsOfSeveralDatabasesReachTheCallingThread() {
		AtomicReference<Thread> first = new AtomicReference<>();
		AtomicReference<Thread> second = new AtomicReference<>();
		step("first", first);
		step("second", second);
		run();
		assertThat(first).hasValue(Thread.currentThread());
		assertThat(second).hasValue(Thread.currentThread());
	}

	@Test
	void stepOfOnlyDatabaseIsOnTheCallingThread() {
		AtomicReference<Thread> only = new AtomicReference<>();
		step("only", only);
		run();
		assertThat(only).hasValue(Thread.currentThread());
	}

	@Test
	void failureOnTheCallingThreadIsThatOfTheStep() {
		step("first", new AtomicReference<>());
		this.plan.database(new InMemoryDatabase("second"));
		this.plan.step("second", errand((context) -> ToolContext.of(context).onCallingThread(() -> {
			throw new IllegalStateException("No such bean");
		})));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this::run)
			.withMessageContaining("'errand' of 'second': No such bean");
	}

	private void step(String database, AtomicReference<Thread> thread) {
		this.plan.database(new InMemoryDatabase(database));
		this.plan.step(database,
				errand((context) -> thread.set(ToolContext.of(context).onCallingThread(Thread::currentThread))));
	}

	private static Step errand(TestStep.Work work) {
		return new TestStep("errand", Phase.MIGRATE, work);
	}

	private void run() {
		Duration second = Duration.ofSeconds(1);
		new Initializer(this.plan.build(),
				new InitializerOptions("host", "application",
						new InitializerOptions.Wait(second, second, second, second, 1),
						new LockOptions(Duration.ofSeconds(20), second, second)),
				List.of(), Clock.systemUTC())
			.run();
	}

}
