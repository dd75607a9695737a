package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import io.dbinit.definition.NearestWord;
import org.bson.Document;

/**
 * Collection, or view, of a database.
 *
 * @param name the name
 * @param type the type that the server reports: {@code collection}, {@code view} or
 * {@code timeseries}
 * @param options the options as {@code listCollections} returns them
 * @param indexes the indexes as {@code listIndexes} returns them; empty if no index of
 * the collection is declared
 */
record ActualCollection(String name, String type, Document options, List<Document> indexes) {

	/**
	 * Read the collections of a database, and the indexes of those that are declared with
	 * indexes.
	 * @param database the database
	 * @param structure the declared collections
	 * @return the collections by name
	 */
	static Map<String, ActualCollection> read(MongoDatabase database, Structure structure) {
		Map<String, ActualCollection> collections = list(database);
		for (CollectionDefinition declared : structure.collections()) {
			ActualCollection actual = collections.get(declared.name());
			if (actual != null && !actual.isView() && !declared.indexes().isEmpty()) {
				collections.put(declared.name(), actual.with(indexes(database, declared)));
			}
		}
		return collections;
	}

	/**
	 * Read the collections of a database without their indexes.
	 */
	static Map<String, ActualCollection> list(MongoDatabase database) {
		Map<String, ActualCollection> collections = new LinkedHashMap<>();
		try {
			for (Document collection : database.listCollections()) {
				String name = collection.getString("name");
				collections.put(name, new ActualCollection(name, collection.get("type", "collection"),
						collection.get("options", new Document()), List.of()));
			}
		}
		catch (MongoCommandException ex) {
			throw MongoErrors.refused("list the collections of '%s'".formatted(database.getName()), database.getName(),
					"'listCollections'", ex);
		}
		return collections;
	}

	private static List<Document> indexes(MongoDatabase database, CollectionDefinition declared) {
		try {
			return database.getCollection(declared.name()).listIndexes().into(new ArrayList<>());
		}
		catch (MongoCommandException ex) {
			throw declared.refused("list the indexes of '%s'".formatted(declared.name()), "'listIndexes'", ex);
		}
	}

	private ActualCollection with(List<Document> indexes) {
		return new ActualCollection(this.name, this.type, this.options, indexes);
	}

	boolean isView() {
		return this.type.equals("view");
	}

	boolean isTimeSeries() {
		return this.type.equals("timeseries") || this.options.containsKey("timeseries");
	}

	/**
	 * Return how a database without a collection is described.
	 */
	static String none(String name, Map<String, ActualCollection> others) {
		return "nothing" + NearestWord.find(name, others.keySet()).map((other) -> ", but '" + other + "'").orElse("");
	}

}
