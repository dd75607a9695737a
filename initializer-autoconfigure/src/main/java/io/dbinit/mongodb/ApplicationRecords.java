package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.mongodb.client.MongoDatabase;
import io.dbinit.Fingerprint;
import io.dbinit.LayoutVersion;
import org.bson.Document;

/**
 * The place of the records of one application in the marker: whether it is complete, the
 * fingerprints of its steps and the versions of its tools. They are in the marker because
 * a single write of a document can depend on the token without a transaction. An
 * application without a name keeps them where layouts before version 2 had those of all
 * applications.
 *
 * @param name the name of the application, empty if it has none
 */
record ApplicationRecords(String name) {

	/** The version to which this release upgrades the documents. */
	static final int VERSION = 2;

	/** The records of the applications that have a name, by a digest of the name. */
	static final String APPLICATIONS = "applications";

	/** The release that worked last. */
	static final String RELEASE = "release";

	private static final int DIGITS = 16;

	/**
	 * Return the path of a field of the records.
	 */
	String field(String field) {
		return this.name.isEmpty() ? field : path() + "." + field;
	}

	/**
	 * Return the path of the records. Names of applications may contain dots.
	 */
	String path() {
		return APPLICATIONS + "." + key();
	}

	String key() {
		return Fingerprint.of(this.name).substring(0, DIGITS);
	}

	/**
	 * Return the records of this application.
	 * @param marker the document of the marker
	 */
	Document in(Document marker) {
		if (this.name.isEmpty() || layout(marker).number() < VERSION) {
			return marker;
		}
		return marker.get(APPLICATIONS, new Document()).get(key(), new Document());
	}

	/**
	 * Return whether the application takes steps over from the records of others, as it
	 * has not completed a run.
	 */
	boolean isNew(Document marker) {
		return !this.name.isEmpty() && layout(marker).number() >= VERSION && !in(marker).containsKey("completed_at");
	}

	Map<String, List<String>> others(Document marker) {
		List<Document> records = new ArrayList<>();
		records.add(marker);
		Document applications = marker.get(APPLICATIONS, new Document());
		applications.forEach((key, value) -> {
			if (!key.equals(key()) && value instanceof Document other) {
				records.add(other);
			}
		});
		Map<String, List<String>> others = new LinkedHashMap<>();
		records.forEach((other) -> MongoDocuments.steps(other)
			.forEach(
					(step, fingerprint) -> others.computeIfAbsent(step, (name) -> new ArrayList<>()).add(fingerprint)));
		return others;
	}

	/**
	 * Return the names of the other applications for which steps are recorded.
	 */
	List<String> otherNames(Document marker) {
		List<String> names = new ArrayList<>();
		marker.get(APPLICATIONS, new Document()).forEach((key, value) -> {
			if (!key.equals(key()) && value instanceof Document other && !MongoDocuments.steps(other).isEmpty()) {
				names.add(other.get("name", key));
			}
		});
		return names;
	}

	/**
	 * Return the records of all applications. A database that was never worked on has
	 * none.
	 */
	static Map<String, Map<String, String>> all(MongoDatabase database) {
		Map<String, Map<String, String>> all = new TreeMap<>();
		Document marker = database.getCollection(MongoDbDatabase.COLLECTION).find(MongoDbDatabase.IS_MARKER).first();
		if (marker != null) {
			add(all, "", marker);
			marker.get(APPLICATIONS, new Document()).forEach((key, value) -> {
				if (value instanceof Document application) {
					add(all, application.get("name", key), application);
				}
			});
		}
		return all;
	}

	private static void add(Map<String, Map<String, String>> all, String name, Document records) {
		Map<String, String> steps = MongoDocuments.steps(records);
		if (!steps.isEmpty()) {
			all.put(name, new TreeMap<>(steps));
		}
	}

	static LayoutVersion layout(Document marker) {
		return new LayoutVersion(marker.getInteger("version", LayoutVersion.FIRST.number()),
				marker.getInteger("required_version", LayoutVersion.FIRST.required()));
	}

}
