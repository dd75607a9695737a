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

	private static final long PATIENCE_MILLIS = 1000;

	private final MongoClient shared;

	private final @Nullable MongoClientSettings settings;

	private final String database;

	private @Nullable MongoClient control;

	private @Nullable MongoClient work;

	private boolean cutOff;

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
	 * writes ask a majority, so that an acknowledged write survives an election.
	 */
	synchronized MongoDatabase control() {
		return controlClient().getDatabase(this.database)
			.withReadPreference(ReadPreference.primary())
			.withReadConcern(ReadConcern.MAJORITY)
			.withWriteConcern(WriteConcern.MAJORITY);
	}

	synchronized MongoDatabase admin() {
		return controlClient().getDatabase("admin");
	}

	private MongoClient controlClient() {
		return (this.control != null) ? this.control : this.shared;
	}

	/**
	 * Return the client of the work.
	 * @throws IllegalStateException if it was cut off
	 */
	synchronized MongoClient work(String owner) {
		if (this.cutOff) {
			throw new IllegalStateException("The work of '" + owner + "' was cut off");
		}
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
	 * Cut the work off: later operations fail. The driver does not let go of one that is
	 * in flight; a successor ends it on the server. The client is closed by another
	 * thread, since it ends its sessions on a server that may never answer.
	 */
	void abort() {
		Thread thread = new Thread(this::cutOff, "db-init-close");
		thread.setDaemon(true);
		thread.start();
		try {
			thread.join(PATIENCE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void cutOff() {
		MongoClient client;
		synchronized (this) {
			this.cutOff = true;
			client = this.work;
			this.work = null;
		}
		if (client != null) {
			client.close();
		}
	}

	@Override
	public void close() {
		abort();
		MongoClient client;
		synchronized (this) {
			client = this.control;
			this.control = null;
		}
		if (client != null) {
			client.close();
		}
	}

}
