package io.dbinit.mongock.units.transactional;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "uses-session", order = "1", author = "test")
public class UsesSession {

	@Execution
	public void apply(MongoDatabase database, ClientSession session) {
		database.getCollection("transactional").insertOne(session, new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
