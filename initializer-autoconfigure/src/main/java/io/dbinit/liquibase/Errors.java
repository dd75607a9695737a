package io.dbinit.liquibase;

import io.dbinit.InitializationException;
import io.dbinit.lock.LeaseLostException;
import liquibase.exception.LiquibaseException;

/**
 * What Liquibase's errors mean: it wraps one in the other.
 */
final class Errors {

	private Errors() {
	}

	/**
	 * Return what was wrong at first.
	 * @param ex what was thrown
	 * @return the reason in a few words
	 */
	static String reason(Throwable ex) {
		Throwable reason = ex;
		while (reason.getCause() != null && reason.getCause() != reason
				&& (reason instanceof LiquibaseException || reason.getMessage() == null)) {
			reason = reason.getCause();
		}
		String message = (reason.getMessage() != null) ? reason.getMessage() : reason.getClass().getName();
		return message.strip();
	}

	/**
	 * Return the error of ours that Liquibase wrapped.
	 * @param ex what was thrown
	 * @return our error, or what was thrown
	 */
	static Exception ours(Exception ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof InitializationException || cause instanceof LeaseLostException) {
				return (Exception) cause;
			}
		}
		return ex;
	}

}
