package io.dbinit.benchmark.app;

import com.mongodb.client.MongoDatabase;
import org.bson.Document;

/**
 * What each of the generated change units does.
 */
public final class ChangeUnits {

	/** The package of the generated change units. */
	public static final String PACKAGE = ChangeUnits.class.getPackageName() + ".changes";

	private ChangeUnits() {
	}

	/**
	 * Insert a document.
	 * @param database the database
	 * @param id the id of the change unit
	 */
	public static void apply(MongoDatabase database, String id) {
		database.getCollection("migrated").insertOne(new Document("_id", id));
	}

}
