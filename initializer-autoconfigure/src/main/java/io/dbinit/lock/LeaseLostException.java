package io.dbinit.lock;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a lease does not hold any longer: whoever worked under it must stop at
 * once, as somebody else may have begun.
 */
public class LeaseLostException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message how the loss was noticed
	 * @param cause what was thrown when it was noticed, or {@code null}
	 */
	public LeaseLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
