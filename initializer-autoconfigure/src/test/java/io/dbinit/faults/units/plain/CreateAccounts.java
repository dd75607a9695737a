package io.dbinit.faults.units.plain;

import java.util.List;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Indexes;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

/**
 * Several changes without a transaction: what is left of them is rolled back before they
 * are made again.
 */
@ChangeUnit(id = "create-accounts", order = "1", author = "faults", transactional = false)
public class CreateAccounts {

	@Execution
	public void apply(MongoDatabase database) {
		database.createCollection("accounts");
		database.getCollection("accounts").createIndex(Indexes.ascending("owner"));
		database.getCollection("accounts")
			.insertMany(
					List.of(new Document("_id", 1).append("owner", "a"), new Document("_id", 2).append("owner", "b")));
	}

	@RollbackExecution
	public void undo(MongoDatabase database) {
		database.getCollection("accounts").drop();
	}

}
