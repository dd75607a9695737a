package io.dbinit.lock;

/**
 * Thrown when a lock was not acquired within the time that its
 * {@link LockOptions#waitLimit() options} allow. The message names the holder or another
 * obstacle.
 */
public class LockTimeoutException extends RuntimeException {

	private final boolean held;

	LockTimeoutException(String message, boolean held) {
		super(message);
		this.held = held;
	}

	/**
	 * Return whether another owner held the lock in the end.
	 * @return {@code false} if its lease had ended and another obstacle remained
	 */
	public boolean isHeld() {
		return this.held;
	}

}
