package io.dbinit.mongodb;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.connection.ServerDescription;
import io.dbinit.InitializationException;
import io.dbinit.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Tells which errors pass and which do not.
 */
final class MongoErrors {

	/** Unauthorized, AuthenticationFailed, and AtlasError, which stands for both. */
	private static final Set<Integer> REFUSED = Set.of(13, 18, 8000);

	static final int DUPLICATE_KEY = 11000;

	static final int DOCUMENT_VALIDATION = 121;

	private static final int UNAUTHORIZED = 13;

	private static final Pattern INDEX = Pattern.compile("[Ii]ndex:? '?(?:\\S+\\.\\$)?([^\\s']+)");

	/**
	 * WriteConflict, ConflictingOperationInProgress and
	 * BackgroundOperationInProgressForNamespace, and MaxTimeMSExpired, of a write that
	 * has waited for a lock.
	 */
	private static final Set<Integer> CONFLICT = Set.of(112, 117, 12587, 50);

	/**
	 * Message of DocumentDB for a conflict in its catalog, whose code is that of any
	 * error.
	 */
	private static final String CATALOG_CONFLICT = "tuple concurrently updated";

	private MongoErrors() {
	}

	/**
	 * Translate the exception of an attempt to read from a database.
	 * @param name the name of the database
	 * @param ex the exception
	 * @param servers the servers as the driver knows them
	 * @return the exception to throw
	 */
	static RuntimeException translate(String name, MongoException ex, List<ServerDescription> servers) {
		List<Throwable> reasons = new ArrayList<>(List.of(ex));
		servers.stream().map(ServerDescription::getException).filter(Objects::nonNull).forEach(reasons::add);
		if (reasons.stream().anyMatch(MongoErrors::isRefused)) {
			return new InitializationException("'%s' refuses the user: %s".formatted(name, ex.getMessage()),
					"Correct the user, the password or the user's rights. Nothing was changed.", ex);
		}
		if (passes(ex) && reasons.stream().noneMatch(MongoErrors::isMisconfigured)) {
			return new UnavailableException("'%s' does not answer: %s".formatted(name, reason(ex, servers)), ex);
		}
		return new InitializationException("Failed to read from '%s': %s".formatted(name, ex.getMessage()),
				"Correct the address, its options or the server. Nothing was changed.", ex);
	}

	/**
	 * The message of a time-out of the driver helps only where some servers answer.
	 */
	private static String reason(MongoException ex, List<ServerDescription> servers) {
		List<String> reasons = servers.stream()
			.filter((server) -> server.getException() != null)
			.map((server) -> server.getAddress() + ": " + root(server.getException()))
			.collect(Collectors.toCollection(ArrayList::new));
		if (!(ex instanceof MongoTimeoutException) || reasons.isEmpty() || reasons.size() < servers.size()) {
			reasons.add(0, ex.getMessage());
		}
		return String.join("; ", reasons);
	}

	private static boolean passes(MongoException ex) {
		return ex instanceof MongoTimeoutException || ex instanceof MongoSocketException
				|| ex instanceof MongoNotPrimaryException || ex instanceof MongoNodeIsRecoveringException
				|| ex instanceof MongoServerUnavailableException || ex instanceof MongoConnectionPoolClearedException
				|| ex instanceof MongoInterruptedException || ex.hasErrorLabel("RetryableError")
				|| ex.hasErrorLabel("SystemOverloadedError");
	}

	/**
	 * A certificate that is not trusted today will not be tomorrow.
	 */
	private static boolean isMisconfigured(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof CertificateException || cause instanceof CertPathBuilderException
					|| cause instanceof MongoIncompatibleDriverException) {
				return true;
			}
		}
		return false;
	}

	private static String root(Throwable ex) {
		Throwable root = ex;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.getClass().getSimpleName();
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

	/**
	 * Return whether a write conflicted with another transaction or with a change of the
	 * collection. Not every server labels these errors.
	 */
	static boolean isConflict(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof MongoException server && isConflict(server)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isConflict(MongoException ex) {
		return CONFLICT.contains(ex.getCode()) || String.valueOf(ex.getMessage()).contains(CATALOG_CONFLICT)
				|| ex.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
				|| ex instanceof MongoOperationTimeoutException || ex instanceof MongoExecutionTimeoutException;
	}

	static boolean isUnauthorized(MongoException ex) {
		return ex.getCode() == UNAUTHORIZED;
	}

	static boolean isDuplicateKey(MongoException ex) {
		return ex.getCode() == DUPLICATE_KEY;
	}

	/**
	 * Return the index that the server names in its error.
	 */
	static String index(@Nullable String message) {
		Matcher matcher = INDEX.matcher(String.valueOf(message));
		return matcher.find() ? matcher.group(1) : "unknown";
	}

	/**
	 * Return the exception of a command that the server has refused for good.
	 * @param work the work that failed, as the object of a sentence
	 * @param collection the collection
	 * @param rights the rights that the work needs
	 * @param ex the error of the server
	 * @return the exception to throw
	 */
	static RuntimeException refused(String work, String collection, String rights, MongoCommandException ex) {
		return refused(work, collection, rights, null, ex);
	}

	/**
	 * Return the exception of a command that the server has refused for good.
	 * @param work the work that failed, as the object of a sentence
	 * @param collection the collection
	 * @param rights the rights that the work needs
	 * @param where the place of the definition, or {@code null}
	 * @param ex the error of the server
	 * @return the exception to throw
	 */
	static RuntimeException refused(String work, String collection, String rights, @Nullable String where,
			MongoCommandException ex) {
		if (isConflict((Throwable) ex)) {
			return ex;
		}
		if (isUnauthorized(ex)) {
			return new InitializationException(
					"Failed to %s: the user has not all rights on '%s'".formatted(work, collection),
					"Grant the user %s on '%s'.".formatted(rights, collection), ex);
		}
		String name = ex.getErrorCodeName().isEmpty() ? "" : " " + ex.getErrorCodeName();
		return new InitializationException(
				"Failed to %s: %s (code %d%s)".formatted(work, ex.getErrorMessage(), ex.getCode(), name),
				(where != null) ? "Correct the definition at %s, or the collection.".formatted(where)
						: "Correct the cause that the server names, and start again.",
				ex);
	}

}
