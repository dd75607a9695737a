package io.dbinit.mongock.units.failing;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "follows", order = "3", author = "test")
public class Follows {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("follows").insertOne(new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
