package io.dbinit;

/**
 * Thrown when an operation is not allowed in the environment, or without consent. Nothing
 * was changed.
 */
public class NotAllowedException extends InitializationException {

	/**
	 * Create an exception.
	 * @param message what is not allowed, and why
	 * @param action what to do
	 */
	public NotAllowedException(String message, String action) {
		super(message, action, null);
	}

}
