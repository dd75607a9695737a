package io.dbinit.mongock.units.greeting;

import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * A change unit.
 */
@ChangeUnit(id = "create-greetings", order = "1", author = "test")
public class CreateGreetings {

	private final Greeter greeter;

	public CreateGreetings(Greeter greeter) {
		this.greeter = greeter;
	}

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("greetings").insertOne(new Document("text", this.greeter.greeting()));
	}

	@RollbackExecution
	public void undo(MongoDatabase database) {
		this.greeter.leave();
		database.getCollection("greetings").deleteMany(new Document());
		database.getCollection("rollbacks").insertOne(new Document());
	}

}
