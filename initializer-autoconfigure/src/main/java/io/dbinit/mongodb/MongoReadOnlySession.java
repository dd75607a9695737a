package io.dbinit.mongodb;

import java.time.Duration;
import java.util.List;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.DatabaseSession;
import io.dbinit.Journal;
import io.dbinit.lock.Lease;

/**
 * The reading of a MongoDB database without a lock, through the application's client.
 */
record MongoReadOnlySession(String name, MongoClient client, MongoDatabase database) implements DatabaseSession {

	@Override
	public <T> T unwrap(Class<T> type) {
		if (type == MongoClient.class) {
			return type.cast(this.client);
		}
		if (type == MongoDatabase.class) {
			return type.cast(this.database);
		}
		throw new IllegalArgumentException("'%s' has no %s, as it is read-only".formatted(this.name, type.getName()));
	}

	@Override
	public Journal journal() {
		throw new IllegalStateException("'" + this.name + "' is read without a lock");
	}

	@Override
	public List<String> terminateOrphans(Lease dead, Duration timeout) {
		throw new IllegalStateException("'" + this.name + "' is read without a lock");
	}

	/**
	 * The client is the application's.
	 */
	@Override
	public void close() {
	}

}
