package io.dbinit.mongock.units.failing;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "breaks", order = "2", author = "test")
public class Breaks {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("breaks").insertOne(new Document());
		throw new IllegalStateException("no space left on device");
	}

	@RollbackExecution
	public void undo(MongoDatabase database) {
		database.getCollection("breaks").deleteMany(new Document());
	}

}
