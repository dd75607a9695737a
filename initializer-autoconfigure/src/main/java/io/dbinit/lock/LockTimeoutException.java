package io.dbinit.lock;

/**
 * Thrown when a lock could not be had within the time that its
 * {@link LockOptions#waitLimit() options} allow. The message names the holder, or what
 * else was in the way.
 */
public class LockTimeoutException extends RuntimeException {

	private final boolean held;

	LockTimeoutException(String message, boolean held) {
		super(message);
		this.held = held;
	}

	/**
	 * Return whether somebody held the lock in the end.
	 * @return {@code false} if its lease had ended, and something else was in the way
	 */
	public boolean isHeld() {
		return this.held;
	}

}
