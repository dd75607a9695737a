package io.dbinit.benchmark.app;

import com.mongodb.client.MongoClient;

import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's client and one find.
 */
class FindWork implements Work {

	static final String DATABASE = "benchmark.database";

	private final ObjectProvider<MongoClient> client;

	private final String database;

	FindWork(ObjectProvider<MongoClient> client, String database) {
		this.client = client;
		this.database = database;
	}

	@Override
	public void begin() {
		repeat();
	}

	@Override
	public void repeat() {
		this.client.getObject().getDatabase(this.database).getCollection("migrated").find().first();
	}

}
