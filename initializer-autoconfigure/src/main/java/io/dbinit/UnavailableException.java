package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a database does not answer now, but may do so later.
 */
public class UnavailableException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message which database, and what it said
	 * @param cause what was thrown
	 */
	public UnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
