package io.dbinit.mongock;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Mongock's own lock, looked at while ours is held, so that none of our processes can
 * hold it any more.
 * <ol>
 * <li>One that a process of ours took was left by a dead one: it is removed.</li>
 * <li>So is one that has run out by the database's clock.</li>
 * <li>Any other belongs to a Mongock outside of the application. It is waited for as long
 * as it is renewed, and removed once it has not been for longer than a live one
 * would.</li>
 * </ol>
 */
final class MongockLock {

	/** Begins the owner of a lock that a process of ours takes. */
	static final String OWNER = "db-init:";

	private static final Log logger = LogFactory.getLog(MongockLock.class);

	private static final String LEFT_BY_US = "a process of this application left it";

	private static final String KEY = "DEFAULT_KEY";

	private static final Duration POLL = Duration.ofMillis(500);

	private final String collection;

	private final Duration renewal;

	private final Duration limit;

	private final LongSupplier nanoTime;

	MongockLock(String collection, Duration renewal, Duration limit, LongSupplier nanoTime) {
		this.collection = collection;
		this.renewal = renewal;
		this.limit = limit;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return when nobody outside holds the lock.
	 * @param context the step
	 * @param locks the collection of Mongock's lock
	 * @param leftByUs whether the lock, if there is one, is one of a dead process of ours
	 */
	void clear(ToolContext context, MongoCollection<Document> locks, boolean leftByUs) throws InterruptedException {
		Document seen = read(locks);
		long start = this.nanoTime.getAsLong();
		long renewed = start;
		while (seen != null) {
			if (leftByUs || isOurs(seen)) {
				remove(context, locks, seen, LEFT_BY_US);
			}
			else if (isExpired(locks, seen)) {
				remove(context, locks, seen, "it has run out");
			}
			else if (this.nanoTime.getAsLong() - renewed > this.renewal.toNanos()) {
				remove(context, locks, seen, "it was not renewed for " + this.renewal.toSeconds() + " s");
			}
			else if (this.nanoTime.getAsLong() - start > this.limit.toNanos()) {
				throw tooLong(seen);
			}
			else {
				pause(context, seen, renewed == start);
			}
			Document now = read(locks);
			renewed = Objects.equals(now, seen) ? renewed : this.nanoTime.getAsLong();
			seen = now;
		}
	}

	/**
	 * Remove the lock if a dead process of ours left it, where there is nothing to do but
	 * that.
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

	private static void pause(ToolContext context, Document lock, boolean first) throws InterruptedException {
		if (first) {
			context.progress("waiting for a Mongock outside of this application, '%s'".formatted(lock.get("owner")));
		}
		TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
		context.checkLock();
	}

	private InitializationException tooLong(Document lock) {
		return new InitializationException(
				"A Mongock outside of this application holds its lock since more than %s s: '%s' in '%s'"
					.formatted(this.limit.toSeconds(), lock.get("owner"), this.collection),
				"Wait for it to finish, or allow more time with 'db-init.mongock.lock-wait'. Nothing was changed.",
				null);
	}

}
