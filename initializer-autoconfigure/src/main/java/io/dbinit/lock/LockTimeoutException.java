package io.dbinit.lock;

/**
 * Thrown when a lock could not be had within the time that its
 * {@link LockOptions#waitLimit() options} allow. The message names the holder.
 */
public class LockTimeoutException extends RuntimeException {

	LockTimeoutException(String message) {
		super(message);
	}

}
