package io.dbinit.sample.wayra;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

/**
 * Gives each user that has none a role.
 */
@ChangeUnit(id = "add-user-roles", order = "003", author = "wayra")
public class UserRolesChangeUnit {

	@Execution
	public void execution(MongoDatabase database) {
		database.getCollection("users").updateMany(Filters.exists("role", false), Updates.set("role", "user"));
	}

	@RollbackExecution
	public void rollbackExecution(MongoDatabase database) {
		database.getCollection("users").updateMany(Filters.exists("role"), Updates.unset("role"));
	}

}
