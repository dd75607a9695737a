package io.dbinit.mongock.units.template;

import io.dbinit.mongock.units.greeting.Greeter;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * A change unit.
 */
@ChangeUnit(id = "uses-template", order = "1", author = "test")
public class UsesTemplate {

	@Execution
	public void apply(MongoTemplate template, @Qualifier("lazyGreeter") Greeter greeter) {
		template.insert(new Document("text", greeter.greeting()), "templates");
	}

	@RollbackExecution
	public void undo() {
	}

}
