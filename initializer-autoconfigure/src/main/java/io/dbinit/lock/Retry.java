package io.dbinit.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A limited time in which something is tried again, with pauses in between.
 */
public final class Retry {

	private final Duration limit;

	private final String purpose;

	private final LongSupplier nanoTime;

	private final Sleep sleep;

	private final long since;

	/**
	 * Start the time.
	 * @param limit how long to try again
	 * @param purpose the purpose of the waiting as a gerund phrase, for the message on
	 * interruption, like {@code waiting for the lock of 'jdbc'}
	 * @param nanoTime the monotonic clock, in nanoseconds
	 * @param sleep the pause between two attempts
	 */
	public Retry(Duration limit, String purpose, LongSupplier nanoTime, Sleep sleep) {
		this.limit = limit;
		this.purpose = purpose;
		this.nanoTime = nanoTime;
		this.sleep = sleep;
		this.since = nanoTime.getAsLong();
	}

	/**
	 * Start the time with the clock and the sleep of the system.
	 * @param limit how long to try again
	 * @param purpose the purpose of the waiting as a gerund phrase
	 * @return a new instance
	 */
	public static Retry within(Duration limit, String purpose) {
		return new Retry(limit, purpose, System::nanoTime, Sleep.SYSTEM);
	}

	/**
	 * Return the limit.
	 * @return how long to try again
	 */
	public Duration limit() {
		return this.limit;
	}

	/**
	 * Return whether the time is over.
	 * @return whether to give up
	 */
	public boolean isOver() {
		return this.nanoTime.getAsLong() - this.since >= this.limit.toNanos();
	}

	/**
	 * Return the time that is left.
	 * @return the remaining time, negative once it is over
	 */
	public Duration remaining() {
		return this.limit.minusNanos(this.nanoTime.getAsLong() - this.since);
	}

	/**
	 * Pause before the next attempt.
	 * @param pause how long to pause
	 * @throws IllegalStateException if the thread is interrupted; its interrupt flag is
	 * set
	 */
	public void pause(Duration pause) {
		try {
			this.sleep.sleep(pause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while " + this.purpose, ex);
		}
	}

	/**
	 * A pause of the current thread.
	 */
	@FunctionalInterface
	public interface Sleep {

		/** The sleep of the system. */
		Sleep SYSTEM = (pause) -> TimeUnit.NANOSECONDS.sleep(pause.toNanos());

		/**
		 * Pause.
		 * @param pause how long to pause
		 * @throws InterruptedException if the thread is interrupted
		 */
		void sleep(Duration pause) throws InterruptedException;

	}

}
