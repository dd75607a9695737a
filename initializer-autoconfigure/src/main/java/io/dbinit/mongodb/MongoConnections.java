package io.dbinit.mongodb;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The clients that are used while a lease is wanted or held: one for the lease and the
 * journal, one for the work, so that the work can be cut off.
 */
final class MongoConnections implements AutoCloseable {

	/** Begins the application name of our connections; the owner follows. */
	static final String TAG = "db-init:";

	private static final int MAX_TAG = 128;

	private final MongoClient shared;

	private final @Nullable MongoClientSettings settings;

	private final String database;

	private @Nullable MongoClient control;

	private @Nullable MongoClient work;

	private volatile @Nullable ClientSession session;

	MongoConnections(MongoClient shared, @Nullable MongoClientSettings settings, String database) {
		this.shared = shared;
		this.settings = settings;
		this.database = database;
	}

	boolean isShared() {
		return this.settings == null;
	}

	static String tag(String owner) {
		String tag = TAG + owner;
		return tag.substring(0, Math.min(tag.length(), MAX_TAG));
	}

	synchronized void open(String owner) {
		MongoClientSettings settings = this.settings;
		if (settings != null && this.control == null) {
			this.control = create(settings, owner);
		}
	}

	private static MongoClient create(MongoClientSettings settings, String owner) {
		return MongoClients.create(MongoClientSettings.builder(settings)
			.applicationName(tag(owner))
			.applyToConnectionPoolSettings((pool) -> pool.minSize(0).maxSize(4))
			.applyToSocketSettings((socket) -> socket.connectTimeout(5, TimeUnit.SECONDS))
			.build());
	}

	/**
	 * Return the database through the client of the lease and the journal. Reads and
	 * writes ask a majority, so that what was answered survives an election.
	 */
	synchronized MongoDatabase control() {
		MongoClient client = (this.control != null) ? this.control : this.shared;
		return client.getDatabase(this.database)
			.withReadPreference(ReadPreference.primary())
			.withReadConcern(ReadConcern.MAJORITY)
			.withWriteConcern(WriteConcern.MAJORITY);
	}

	/**
	 * Return the client of the work.
	 */
	synchronized MongoClient work(String owner) {
		MongoClientSettings settings = this.settings;
		if (settings == null) {
			return this.shared;
		}
		if (this.work == null) {
			this.work = create(settings, owner);
		}
		return this.work;
	}

	Optional<ClientSession> session() {
		return Optional.ofNullable(this.session);
	}

	void session(@Nullable ClientSession session) {
		this.session = session;
	}

	/**
	 * Cut the work off: operations in flight fail, later ones too.
	 */
	synchronized void abort() {
		if (this.work != null) {
			this.work.close();
		}
	}

	@Override
	public synchronized void close() {
		abort();
		if (this.control != null) {
			this.control.close();
		}
		this.work = null;
		this.control = null;
	}

}
