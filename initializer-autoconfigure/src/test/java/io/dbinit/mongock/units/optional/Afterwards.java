package io.dbinit.mongock.units.optional;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "afterwards", order = "2", author = "test")
public class Afterwards {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("afterwards").insertOne(new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
