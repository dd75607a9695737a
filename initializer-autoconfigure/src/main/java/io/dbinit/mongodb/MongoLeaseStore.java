package io.dbinit.mongodb;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import io.dbinit.DatabaseSession;
import io.dbinit.SessionLeaseStore;
import io.dbinit.lock.Lease;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * The lease as one document.
 * <ol>
 * <li>The document is inserted where it is missing: of those who race, one succeeds.</li>
 * <li>It is read together with the time of the clock that stamps it, in one atomic
 * operation that stamps another field. So the document and the judgement whether its
 * lease has run out belong together, on every server of this protocol: not each has
 * {@code $$NOW}, and a sharded cluster evaluates that on its router.</li>
 * <li>If the lease has run out, or was given back, the winner's write is conditional on
 * the token and the number of renewals that were read: a lease that had run out and was
 * not renewed since has still run out.</li>
 * <li>The winner ends the transaction that a dead holder left open, where the server lets
 * it, and raises the token of the marker, on which every record of a run depends. While
 * that transaction keeps the marker, the winner waits and tries again.</li>
 * <li>Times are written by the server ({@code $currentDate}).</li>
 * </ol>
 */
final class MongoLeaseStore implements SessionLeaseStore {

	static final String ID = "lock";

	/** The session whose transaction is open, as far as there is one. */
	static final String SESSION = "session";

	/** A first answer takes a connection, and its TLS handshake. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int MAX_DOING = 1000;

	private static final Bson IS_LOCK = Filters.eq("_id", ID);

	private final String name;

	private final MongoConnections connections;

	private final BiFunction<MongoLeaseStore, Lease, DatabaseSession> sessions;

	private @Nullable String limitation;

	MongoLeaseStore(String name, MongoConnections connections,
			BiFunction<MongoLeaseStore, Lease, DatabaseSession> sessions) {
		this.name = name;
		this.connections = connections;
		this.sessions = sessions;
	}

	@Override
	public DatabaseSession open(Lease lease) {
		return this.sessions.apply(this, lease);
	}

	Optional<String> limitation() {
		return Optional.ofNullable(this.limitation);
	}

	private MongoCollection<Document> collection() {
		return collection(PATIENCE);
	}

	private MongoCollection<Document> collection(Duration timeout) {
		return this.connections.control()
			.withTimeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
			.getCollection(MongoDbDatabase.COLLECTION);
	}

	@Override
	public Optional<Lease> tryAcquire(String owner, Duration duration) {
		this.connections.open(owner);
		return ask(() -> acquire(owner, duration));
	}

	private <T extends @Nullable Object> T ask(Supplier<T> question) {
		try {
			return question.get();
		}
		catch (MongoException ex) {
			throw MongoErrors.translate(this.name, ex, List.of());
		}
	}

	private Optional<Lease> acquire(String owner, Duration duration) {
		Document lock = readOrCreate();
		boolean holds = holds(lock);
		Document won = holds ? null : win(lock, owner, duration);
		if (holds && owner.equals(lock.getString("owner"))) {
			won = lock;
		}
		if (won == null) {
			return Optional.empty();
		}
		Document previous = won.get("previous", Document.class);
		endTransactionOf(previous);
		Lease lease = lease(won, previous);
		return raiseFence(lease, duration) ? Optional.of(lease) : Optional.empty();
	}

	/**
	 * Otherwise the documents of the transaction stay locked until the server ends it.
	 */
	private void endTransactionOf(@Nullable Document dead) {
		Document session = (dead != null) ? dead.get(SESSION, Document.class) : null;
		if (session == null) {
			return;
		}
		try {
			this.connections.admin().runCommand(new Document("killSessions", List.of(session)));
		}
		catch (MongoException ex) {
			this.limitation = """
					The transaction of a process that died could not be ended: its documents stay locked until the \
					server ends it (%s)""".formatted(ex.getMessage());
		}
	}

	/**
	 * From here on a predecessor records nothing any more, whenever it wakes up: the
	 * marker changes only by the new holder.
	 */
	private boolean raiseFence(Lease lease, Duration duration) {
		try {
			collection(duration.dividedBy(3)).updateOne(
					Filters.and(MongoDbDatabase.IS_MARKER, Filters.lt("token", lease.token())),
					Updates.set("token", lease.token()));
			return true;
		}
		catch (MongoException ex) {
			if (!MongoErrors.isConflict(ex)) {
				throw ex;
			}
			renew(lease, duration, "waiting until the server ends the transaction of a dead process");
			return false;
		}
	}

	private Document readOrCreate() {
		Document lock = read();
		if (lock != null) {
			return lock;
		}
		try {
			collection().insertOne(new Document("_id", ID).append("type", "lock")
				.append("owner", "")
				.append("token", fence())
				.append("released", true)
				.append("renewals", 0L)
				.append("lease_ms", 0L)
				.append("doing", ""));
		}
		catch (MongoException ex) {
			if (!MongoErrors.isDuplicateKey(ex)) {
				throw ex;
			}
		}
		return Objects.requireNonNull(read(), "The lock was removed");
	}

	/**
	 * Tokens go on growing after the lock was removed by hand.
	 */
	private long fence() {
		Document marker = collection().find(MongoDbDatabase.IS_MARKER).first();
		return (marker != null) ? marker.get("token", 0L) : 0;
	}

	private @Nullable Document read() {
		return collection().withWriteConcern(WriteConcern.W1)
			.findOneAndUpdate(IS_LOCK, Updates.currentDate("asked_at"),
					new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
	}

	private static boolean holds(Document lock) {
		return !lock.getBoolean("released") && instant(lock, "asked_at").isBefore(expires(lock));
	}

	private @Nullable Document win(Document free, String owner, Duration duration) {
		Document previous = previous(free, owner);
		Bson unchanged = Filters.and(IS_LOCK, Filters.eq("token", free.getLong("token")),
				Filters.eq("renewals", free.getLong("renewals")), Filters.eq("released", free.getBoolean("released")));
		Bson mine = Updates.combine(Updates.set("owner", owner), Updates.set("released", false),
				Updates.set("doing", ""), Updates.set("lease_ms", duration.toMillis()), Updates.set("renewals", 0L),
				Updates.set("previous", previous), Updates.unset(SESSION), Updates.inc("token", 1L),
				Updates.currentDate("since"), Updates.currentDate("renewed_at"));
		return collection().findOneAndUpdate(unchanged, mine,
				new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
	}

	/**
	 * A won lease that has run out before it could be used is free again.
	 */
	private static @Nullable Document previous(Document free, String owner) {
		if (free.getBoolean("released")) {
			return null;
		}
		if (owner.equals(free.getString("owner"))) {
			return free.get("previous", Document.class);
		}
		Document previous = new Document(free);
		previous.keySet().removeAll(List.of("_id", "type", "previous", "asked_at"));
		return previous;
	}

	@Override
	public boolean renew(Lease lease, Duration duration, String activity) {
		String text = activity.substring(0, Math.min(activity.length(), MAX_DOING));
		return collection(duration.dividedBy(3)).updateOne(isHeldBy(lease),
				Updates.combine(Updates.set("doing", text), Updates.set("lease_ms", duration.toMillis()),
						Updates.inc("renewals", 1L), Updates.currentDate("renewed_at")))
			.getMatchedCount() == 1;
	}

	@Override
	public boolean release(Lease lease) {
		return collection()
			.updateOne(isHeldBy(lease), Updates.combine(Updates.set("released", true), Updates.set("doing", "")))
			.getMatchedCount() == 1;
	}

	/**
	 * A lease that has run out but was not taken over can still be renewed or given back:
	 * nothing can have happened in between.
	 */
	static Bson isHeldBy(Lease lease) {
		return Filters.and(IS_LOCK, Filters.eq("owner", lease.owner()), Filters.eq("token", lease.token()),
				Filters.eq("released", false));
	}

	@Override
	public Optional<Lease> current() {
		return Optional.ofNullable(ask(this::read)).filter(MongoLeaseStore::holds).map((lock) -> lease(lock, null));
	}

	/**
	 * Read who holds the lease. Without a write, the server's clock does not tell whether
	 * it has run out.
	 */
	static Optional<Lease> holder(MongoCollection<Document> collection) {
		return Optional.ofNullable(collection.find(IS_LOCK).first())
			.filter((lock) -> !lock.getBoolean("released"))
			.map((lock) -> lease(lock, null));
	}

	private static Lease lease(Document lock, @Nullable Document previous) {
		return new Lease(lock.getString("owner"), lock.getLong("token"), instant(lock, "since"), expires(lock),
				lock.getString("doing"), (previous != null) ? lease(previous, null) : null);
	}

	private static Instant expires(Document lock) {
		return instant(lock, "renewed_at").plusMillis(lock.getLong("lease_ms"));
	}

	private static Instant instant(Document document, String field) {
		Date date = document.getDate(field);
		return (date != null) ? date.toInstant() : Instant.EPOCH;
	}

	@Override
	public void abort() {
		this.connections.abort();
	}

	@Override
	public void close() {
		this.connections.close();
	}

}
