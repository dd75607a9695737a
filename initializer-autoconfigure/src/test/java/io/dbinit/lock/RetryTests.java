package io.dbinit.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Retry}.
 */
class RetryTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private final List<Duration> pauses = new ArrayList<>();

	@Test
	void isOverOnceItsLimitHasPassed() {
		Retry retry = retry(Duration.ofNanos(10));
		assertThat(retry.limit()).isEqualTo(Duration.ofNanos(10));
		assertThat(retry.isOver()).isFalse();
		assertThat(retry.remaining()).isEqualTo(Duration.ofNanos(10));
		this.now.addAndGet(9);
		assertThat(retry.isOver()).isFalse();
		assertThat(retry.remaining()).isEqualTo(Duration.ofNanos(1));
		this.now.addAndGet(1);
		assertThat(retry.isOver()).isTrue();
		this.now.addAndGet(1);
		assertThat(retry.remaining()).isEqualTo(Duration.ofNanos(-1));
	}

	@Test
	void withoutTimeIsOverAtOnce() {
		assertThat(retry(Duration.ZERO).isOver()).isTrue();
	}

	@Test
	void pausesAsItIsTold() {
		Retry retry = retry(Duration.ofSeconds(1));
		retry.pause(Duration.ofMillis(3));
		retry.pause(Duration.ofMillis(5));
		assertThat(this.pauses).containsExactly(Duration.ofMillis(3), Duration.ofMillis(5));
	}

	@Test
	void interruptionIsNotLost() {
		Retry retry = Retry.within(Duration.ofSeconds(1), "waiting for 'it'");
		Thread.currentThread().interrupt();
		assertThatIllegalStateException().isThrownBy(() -> retry.pause(Duration.ofSeconds(1)))
			.withMessage("Interrupted while waiting for 'it'")
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isTrue();
	}

	private Retry retry(Duration limit) {
		return new Retry(limit, "testing", this.now::get, this.pauses::add);
	}

}
