package io.dbinit.mongodb;

import io.dbinit.AbstractJournalTests;
import io.dbinit.Database;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.junit.jupiter.api.AfterEach;

/**
 * Runs the contract of {@link Database} and {@link io.dbinit.Journal} on MongoDB.
 */
@RequiresServer
class MongoJournalTests extends AbstractJournalTests {

	private final String database = MongoDb.database();

	@Override
	protected Database createDatabase() {
		return new MongoDbDatabase("mongodb", MongoDb.client(), MongoDb.settings(), this.database);
	}

	@AfterEach
	void drop() {
		MongoDb.client().getDatabase(this.database).drop();
	}

}
