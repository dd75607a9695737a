package io.dbinit.mongock.units.legacy;

import com.github.cloudyrock.mongock.ChangeLog;
import com.github.cloudyrock.mongock.ChangeSet;
import com.mongodb.client.MongoDatabase;
import org.bson.Document;

/**
 * Changes of the older kind.
 */
@ChangeLog(order = "1")
@SuppressWarnings("deprecation")
public class LegacyChanges {

	@ChangeSet(order = "002", id = "second", author = "test")
	public void second(MongoDatabase database) {
		database.getCollection("legacy").insertOne(new Document("n", 2));
	}

	@ChangeSet(order = "001", id = "first", author = "test")
	public void first(MongoDatabase database) {
		database.getCollection("legacy").insertOne(new Document("n", 1));
	}

}
