package io.dbinit.lock;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a lease no longer holds: its holder must stop at once, as another process
 * may have begun to work.
 */
public class LeaseLostException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message how the loss was noticed
	 * @param cause the exception that revealed the loss, or {@code null}
	 */
	public LeaseLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
