package io.dbinit.faults.units.transactional;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * In one transaction with its record, so that it can neither be lost nor be done twice.
 */
@ChangeUnit(id = "leave-trace", order = "3", author = "faults")
public class LeaveTrace {

	@Execution
	public void apply(MongoDatabase database, ClientSession session) {
		database.getCollection("traces").insertOne(session, new Document("what", "change unit"));
	}

	@RollbackExecution
	public void undo() {
		// Its transaction does
	}

}
