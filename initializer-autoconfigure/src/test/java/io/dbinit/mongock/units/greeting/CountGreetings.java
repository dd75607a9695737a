package io.dbinit.mongock.units.greeting;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

import org.springframework.core.env.Environment;

/**
 * A change unit.
 */
@ChangeUnit(id = "count-greetings", order = "2", author = "test")
public class CountGreetings {

	@Execution
	public void apply(MongoDatabase database, Environment environment) {
		database.getCollection("counts")
			.insertOne(new Document("count", database.getCollection("greetings").countDocuments()).append("database",
					environment.getProperty("db-init.mongock.packages")));
	}

	@RollbackExecution
	public void undo() {
	}

}
