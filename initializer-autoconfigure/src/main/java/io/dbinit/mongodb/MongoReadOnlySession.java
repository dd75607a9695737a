package io.dbinit.mongodb;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.DatabaseSession;
import io.dbinit.Journal;
import io.dbinit.lock.Lease;
import io.dbinit.transfer.Dumper;

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
		if (type == Dumper.class) {
			return type.cast(new MongoDumper(this.database, () -> {
				throw new IllegalStateException("'" + this.name + "' is read without a lock");
			}));
		}
		throw new IllegalArgumentException("'%s' has no %s, as it is read-only".formatted(this.name, type.getName()));
	}

	@Override
	public Map<String, Map<String, String>> records() {
		return ApplicationRecords.all(this.database);
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
