package io.dbinit.mongock.units.greeting;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

import org.springframework.context.annotation.Profile;

/**
 * A change unit.
 */
@Profile("special")
@ChangeUnit(id = "profiled", order = "3", author = "test")
public class ProfiledGreeting {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("profiled").insertOne(new Document());
	}

	@RollbackExecution
	public void undo() {
	}

}
