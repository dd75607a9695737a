package io.dbinit.faults.units.plain;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

/**
 * Counts how often it was made and not undone.
 */
@ChangeUnit(id = "count", order = "2", author = "faults", transactional = false)
public class Count {

	@Execution
	public void apply(MongoDatabase database) {
		database.getCollection("counts")
			.updateOne(Filters.eq("_id", "count"), Updates.set("made", true), new UpdateOptions().upsert(true));
	}

	@RollbackExecution
	public void undo(MongoDatabase database) {
		database.getCollection("counts").deleteOne(Filters.eq("_id", "count"));
	}

}
