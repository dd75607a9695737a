package io.dbinit.mongock;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Objects;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import io.dbinit.lock.Retry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Mongock's own lock. It is read while the initializer's lock is held, so no live process
 * of this application can hold it.
 * <ol>
 * <li>A lock with our owner prefix was left by a dead process and is removed.</li>
 * <li>A lock that has expired by the database's clock is removed.</li>
 * <li>Any other lock belongs to a Mongock outside of the application. The step waits as
 * long as that lock is renewed, and removes it once the renewal is overdue.</li>
 * </ol>
 */
final class MongockLock {

	/** Begins the owner of a lock that a process of ours takes. */
	static final String OWNER = "db-init:";

	private static final Log logger = LogFactory.getLog(MongockLock.class);

	private static final String LEFT_BY_US = "a process of this application left it";

	private static final String PURPOSE = "waiting for Mongock's lock";

	private static final String KEY = "DEFAULT_KEY";

	private static final Duration POLL = Duration.ofMillis(500);

	private final String collection;

	private final Duration renewal;

	private final Duration limit;

	MongockLock(String collection, Duration renewal, Duration limit) {
		this.collection = collection;
		this.renewal = renewal;
		this.limit = limit;
	}

	/**
	 * Wait until the lock is free.
	 * @param context the step
	 * @param locks the collection of Mongock's lock
	 * @param leftByUs whether a held lock belongs to a dead process of this application
	 */
	void clear(ToolContext context, MongoCollection<Document> locks, boolean leftByUs) {
		Document seen = read(locks);
		Retry waiting = Retry.within(this.limit, PURPOSE);
		Retry renewal = Retry.within(this.renewal, PURPOSE);
		boolean reported = false;
		while (seen != null) {
			if (leftByUs || isOurs(seen)) {
				remove(context, locks, seen, LEFT_BY_US);
			}
			else if (isExpired(locks, seen)) {
				remove(context, locks, seen, "it has run out");
			}
			else if (renewal.isOver()) {
				remove(context, locks, seen, "it was not renewed for " + this.renewal.toSeconds() + " s");
			}
			else if (waiting.isOver()) {
				throw tooLong(seen);
			}
			else {
				if (!reported) {
					context.progress(
							"waiting for a Mongock outside of this application, '%s'".formatted(seen.get("owner")));
					reported = true;
				}
				waiting.pause(POLL);
				context.checkLock();
			}
			Document now = read(locks);
			if (!Objects.equals(now, seen)) {
				renewal = Retry.within(this.renewal, PURPOSE);
			}
			seen = now;
		}
	}

	/**
	 * Remove the lock if a dead process of this application left it. Does not wait.
	 */
	void clearOurs(ToolContext context, MongoCollection<Document> locks, boolean leftByUs) {
		Document lock = read(locks);
		if (lock != null && (leftByUs || isOurs(lock))) {
			remove(context, locks, lock, LEFT_BY_US);
		}
	}

	private static @Nullable Document read(MongoCollection<Document> locks) {
		return locks.find(Filters.eq("key", KEY)).first();
	}

	private static boolean isOurs(Document lock) {
		return String.valueOf(lock.get("owner")).startsWith(OWNER);
	}

	private static boolean isExpired(MongoCollection<Document> locks, Document lock) {
		Document expired = new Document("$expr", new Document("$lt", List.of("$expiresAt", "$$NOW")));
		return !(lock.get("expiresAt") instanceof Date)
				|| locks.countDocuments(Filters.and(Filters.eq("_id", lock.get("_id")), expired)) > 0;
	}

	private static void remove(ToolContext context, MongoCollection<Document> locks, Document lock, String reason) {
		context.checkLock();
		Document exact = new Document("_id", lock.get("_id")).append("owner", lock.get("owner"))
			.append("expiresAt", lock.get("expiresAt"));
		if (locks.deleteOne(exact).getDeletedCount() > 0) {
			logger.warn("Removed Mongock's lock of '%s' from '%s', as %s".formatted(lock.get("owner"),
					context.database(), reason));
		}
	}

	private InitializationException tooLong(Document lock) {
		return new InitializationException(
				"A Mongock outside of this application has held its lock for more than %s s: '%s' in '%s'"
					.formatted(this.limit.toSeconds(), lock.get("owner"), this.collection),
				"Wait for it to finish, or allow more time with 'db-init.mongock.lock-wait'. Nothing was changed.",
				null);
	}

}
