package io.dbinit.mongodb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.mongodb.MongoCommandException;
import io.dbinit.StepContext;

/**
 * What was declared and cannot be had on this server. Verification does not count it as a
 * problem: it was reported already.
 */
final class Limitations {

	/**
	 * CommandNotFound, CommandNotSupported, NotImplemented and, on servers that know a
	 * part of JSON schema only, FailedToParse is not among them: it also means an error
	 * of the definition.
	 */
	private static final Set<Integer> NOT_SUPPORTED = Set.of(59, 115, 238);

	private final Set<String> subjects = ConcurrentHashMap.newKeySet();

	static boolean isNotSupported(MongoCommandException ex) {
		return NOT_SUPPORTED.contains(ex.getErrorCode());
	}

	void add(StepContext context, String subject, String reason) {
		this.subjects.add(subject);
		context.limitation("%s cannot be had on this server: %s".formatted(subject, reason));
	}

	boolean contains(String subject) {
		return this.subjects.contains(subject);
	}

	void clear() {
		this.subjects.clear();
	}

}
