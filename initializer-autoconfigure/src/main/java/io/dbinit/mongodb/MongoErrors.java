package io.dbinit.mongodb;

import java.util.Set;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import io.dbinit.InitializationException;
import io.dbinit.UnavailableException;

/**
 * Tells which errors pass and which do not.
 */
final class MongoErrors {

	/** Unauthorized, AuthenticationFailed, and AtlasError, which stands for both. */
	private static final Set<Integer> REFUSED = Set.of(13, 18, 8000);

	private static final int DUPLICATE_KEY = 11000;

	private MongoErrors() {
	}

	/**
	 * Translate what was thrown by an attempt to read from a database.
	 * @param name the name of the database
	 * @param ex what was thrown
	 * @return the exception to throw
	 */
	static RuntimeException translate(String name, MongoException ex) {
		if (isRefused(ex)) {
			return new InitializationException("'%s' refuses the user: %s".formatted(name, ex.getMessage()),
					"Correct the user, the password or the user's rights. Nothing was changed.", ex);
		}
		return new UnavailableException("'%s' does not answer: %s".formatted(name, ex.getMessage()), ex);
	}

	private static boolean isRefused(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof MongoException known && REFUSED.contains(known.getCode())) {
				return true;
			}
			if (cause instanceof MongoSecurityException && cause.getCause() == null) {
				return true;
			}
		}
		return false;
	}

	static boolean isDuplicateKey(MongoException ex) {
		return ex.getCode() == DUPLICATE_KEY;
	}

}
