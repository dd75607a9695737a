package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a start cannot make its databases complete. The message says what was done
 * and what was not; the action says what to do about it.
 */
public class InitializationException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param message what went wrong, on which database and in which step
	 * @param action what the reader can do
	 * @param cause what was thrown, or {@code null}
	 */
	public InitializationException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * Return what the reader can do about it.
	 * @return the suggested action
	 */
	public String getAction() {
		return this.action;
	}

}
