package io.dbinit.mongock.units.failing;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "works", order = "1", author = "test")
public class Works {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("works").insertOne(new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
