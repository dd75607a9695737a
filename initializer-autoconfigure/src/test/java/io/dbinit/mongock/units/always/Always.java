package io.dbinit.mongock.units.always;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "always", order = "1", author = "test", runAlways = true)
public class Always {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("always").insertOne(new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
