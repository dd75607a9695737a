package io.dbinit.sample.demo;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

/**
 * A change that a definition cannot say, run once by Mongock.
 */
@ChangeUnit(id = "counters", order = "001", author = "sample")
public class CountersChangeUnit {

	@Execution
	public void execution(MongoDatabase database) {
		database.getCollection("counters")
			.updateOne(Filters.eq("_id", "orders"), Updates.setOnInsert("next", 1000L),
					new UpdateOptions().upsert(true));
	}

	@RollbackExecution
	public void rollbackExecution(MongoDatabase database) {
		database.getCollection("counters").drop();
	}

}
