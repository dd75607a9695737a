package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.dbinit.lock.Lease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Shutdown}.
 */
@Timeout(30)
class ShutdownTests {

	private final AtomicInteger cancelled = new AtomicInteger();

	@Test
	void nothingBeginsOnceTheProcessIsAboutToEnd() throws Exception {
		try (Shutdown shutdown = new Shutdown()) {
			assertThatNoException().isThrownBy(shutdown::check);
			CompletableFuture<Void> end = CompletableFuture.runAsync(shutdown::begin);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> {
				while (!end.isDone()) {
					shutdown.check();
				}
			}).withMessageContaining("shutting down");
			assertThat(end).isNotDone();
			shutdown.close();
			end.get(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void statementsOfOpenSessionsAreCancelled() throws Exception {
		try (Shutdown shutdown = new Shutdown()) {
			DatabaseSession open = session();
			DatabaseSession closed = session();
			shutdown.add(open);
			shutdown.add(closed);
			shutdown.remove(closed);
			shutdown.close();
			shutdown.begin();
			assertThat(this.cancelled).hasValue(1);
		}
	}

	private DatabaseSession session() {
		return new DatabaseSession() {

			@Override
			public <T> T unwrap(Class<T> type) {
				throw new IllegalArgumentException(type.getName());
			}

			@Override
			public Journal journal() {
				return new NoJournal();
			}

			@Override
			public List<String> terminateOrphans(Lease dead, Duration timeout) {
				return List.of();
			}

			@Override
			public void cancel() {
				ShutdownTests.this.cancelled.incrementAndGet();
			}

			@Override
			public void close() {
			}

		};
	}

}
