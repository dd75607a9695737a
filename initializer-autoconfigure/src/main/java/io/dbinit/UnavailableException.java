package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a database does not answer now, but may do so later.
 */
public class UnavailableException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message the database and its answer
	 * @param cause the cause
	 */
	public UnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
