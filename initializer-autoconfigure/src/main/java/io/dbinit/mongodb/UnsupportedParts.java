package io.dbinit.mongodb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.mongodb.MongoCommandException;
import io.dbinit.StepContext;

/**
 * Declarations that this server does not support. They are reported as limitations, and
 * not once more as mismatches.
 */
final class UnsupportedParts {

	/** CommandNotFound, CommandNotSupported and NotImplemented. */
	private static final Set<Integer> NOT_SUPPORTED = Set.of(59, 115, 238);

	private static final int FAILED_TO_PARSE = 9;

	private final Set<String> subjects = ConcurrentHashMap.newKeySet();

	static boolean isNotSupported(MongoCommandException ex) {
		return NOT_SUPPORTED.contains(ex.getErrorCode()) || isUnknownKeyword(ex);
	}

	/**
	 * The keywords of a schema are checked before, so that one which the server does not
	 * know is one that it does not have.
	 */
	private static boolean isUnknownKeyword(MongoCommandException ex) {
		return ex.getErrorCode() == FAILED_TO_PARSE && ex.getErrorMessage().contains("$jsonSchema keyword");
	}

	void add(StepContext context, String subject, String reason) {
		this.subjects.add(subject);
		context.limitation("%s is not supported by this server: %s".formatted(subject, reason));
	}

	boolean contains(String subject) {
		return this.subjects.contains(subject);
	}

	void clear() {
		this.subjects.clear();
	}

}
