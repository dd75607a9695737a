package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.dbinit.Environment;
import io.dbinit.lock.Lease;
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

	@Test
	void databasesAreWorkedOnInGroups() {
		AtomicInteger locked = new AtomicInteger();
		List<Integer> lockedAtOnce = new CopyOnWriteArrayList<>();
		Set<String> threads = ConcurrentHashMap.newKeySet();
		for (int i = 0; i < 200; i++) {
			String name = "database-%03d".formatted(i);
			this.plan.database(new InMemoryDatabase(name) {

				@Override
				public Optional<Lease> tryAcquire(String owner, Duration duration) {
					lockedAtOnce.add(locked.incrementAndGet());
					return super.tryAcquire(owner, duration);
				}

				@Override
				public boolean release(Lease lease) {
					locked.decrementAndGet();
					return super.release(lease);
				}

			});
			this.plan.step(name,
					errand((context) -> Thread.getAllStackTraces()
						.keySet()
						.stream()
						.filter((thread) -> thread.getName().matches("db-init-(lease-)?database-\\d+"))
						.forEach((thread) -> threads.add(name + " " + thread.getName()))));
		}
		run(3);
		assertThat(lockedAtOnce).hasSize(200).allMatch((count) -> count <= 3);
		// One that works and one that renews the lease, for each database of a group, and
		// some of the group before that are about to end
		assertThat(
				threads.stream().collect(Collectors.groupingBy((entry) -> entry.split(" ")[0], Collectors.counting())))
			.hasSize(200)
			.allSatisfy((database, count) -> assertThat(count).isBetween(2L, 20L));
	}

	@Test
	void aPlanWithoutDatabasesHasNothingToDo() {
		assertThat(run().outcome()).isEqualTo(Report.Outcome.UP_TO_DATE);
	}

	@Test
	void noDatabaseOfAnotherGroupIsBegunAfterAFailure() {
		AtomicReference<Thread> begun = new AtomicReference<>();
		this.plan.database(new InMemoryDatabase("a"));
		this.plan.step("a", errand((context) -> {
			throw new IllegalStateException("broken");
		}));
		step("b", begun);
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> run(1))
			.withMessageContaining("broken");
		assertThat(begun).hasValue(null);
	}

	private void step(String database, AtomicReference<Thread> thread) {
		this.plan.database(new InMemoryDatabase(database));
		this.plan.step(database,
				errand((context) -> thread.set(ToolContext.of(context).onCallingThread(Thread::currentThread))));
	}

	private static Step errand(TestStep.Work work) {
		return new TestStep("errand", Phase.MIGRATE, work);
	}

	private Report run() {
		return run(InitializerOptions.CONCURRENCY);
	}

	private Report run(int concurrency) {
		Duration second = Duration.ofSeconds(1);
		return new Initializer(this.plan.build(),
				new InitializerOptions("host", "application", concurrency,
						new InitializerOptions.Wait(second, second, second, second, 1),
						new LockOptions(Duration.ofSeconds(20), second, second)),
				List.of(), Clock.systemUTC())
			.run();
	}

}
