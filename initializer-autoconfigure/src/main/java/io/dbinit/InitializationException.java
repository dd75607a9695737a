package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a start cannot make its databases complete. The message names the failure
 * and the state of the steps; the action is the suggested remedy.
 */
public class InitializationException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param message the failure, with its database and step
	 * @param action the suggested action
	 * @param cause the cause, or {@code null}
	 */
	public InitializationException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * Return the action that resolves the failure.
	 * @return the suggested action
	 */
	public String getAction() {
		return this.action;
	}

}
