package io.dbinit.mongodb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.mongodb.MongoClientSettings;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;

/**
 * An index in the form of the command {@code createIndexes}.
 *
 * @param document key, name and options, with integral numbers as integers
 * @param where where it was written, for messages
 */
record IndexDefinition(Document document, String where) {

	/** What a server adds by itself, or leaves out where it is the default. */
	private static final Map<String, Object> DEFAULTS = Map.of("default_language", "english", "language_override",
			"language", "unique", false, "sparse", false, "hidden", false);

	private static final Set<String> OF_SERVER = Set.of("v", "ns", "background", "textIndexVersion",
			"2dsphereIndexVersion", "wildcardIndexVersion");

	/** What {@code collMod} can change. */
	private static final Set<String> CHANGEABLE = Set.of("expireAfterSeconds", "hidden");

	String name() {
		return this.document.getString("name");
	}

	boolean isText() {
		return this.document.get("key", Document.class).containsValue("text");
	}

	/**
	 * Return whether an index on the server is the one that is meant: it has the name, or
	 * the same keys and collation.
	 * @param existing the index as {@code listIndexes} returns it
	 * @return whether it stands in the place of this one
	 */
	boolean isMeantBy(Document existing) {
		return name().equals(existing.getString("name"))
				|| (keys(existing).equals(keys(this.document)) && collationDiffers(existing).isEmpty());
	}

	/**
	 * Return what is not as it was declared.
	 * @param existing the index as {@code listIndexes} returns it
	 * @return the names of the parts that differ
	 */
	Set<String> differences(Document existing) {
		Map<String, Object> wanted = comparable(this.document);
		Map<String, Object> found = comparable(existing);
		Set<String> parts = new TreeSet<>(wanted.keySet());
		parts.addAll(found.keySet());
		parts.removeIf((part) -> part.equals("name") || part.equals("collation") || isNotTold(part, existing)
				|| Objects.equals(wanted.get(part), found.get(part)));
		parts.addAll(collationDiffers(existing));
		return parts;
	}

	/**
	 * Not every server tells the language of a text index.
	 */
	private static boolean isNotTold(String part, Document existing) {
		return part.equals("default_language") && !existing.containsKey(part);
	}

	/**
	 * A server fills a collation up with the defaults of its locale.
	 */
	private Set<String> collationDiffers(Document existing) {
		Document wanted = this.document.get("collation", Document.class);
		Document found = existing.get("collation", Document.class);
		if (wanted == null || found == null) {
			return ((wanted == null) == (found == null)) ? Set.of() : Set.of("collation");
		}
		return wanted.entrySet().stream().allMatch((entry) -> entry.getValue().equals(found.get(entry.getKey())))
				? Set.of() : Set.of("collation");
	}

	static boolean isChangeable(Set<String> differences) {
		return CHANGEABLE.containsAll(differences);
	}

	/**
	 * Return an index in a form that is equal for indexes that do the same.
	 */
	private static Map<String, Object> comparable(Document index) {
		Map<String, Object> comparable = new LinkedHashMap<>();
		index.forEach((option, value) -> {
			Object normal = normal(value);
			if (!OF_SERVER.contains(option) && !normal.equals(DEFAULTS.get(option))) {
				comparable.put(option, normal);
			}
		});
		comparable.put("key", keys(index));
		if (index.containsKey("weights")) {
			comparable.put("weights", new TreeMap<>((Map<?, ?>) comparable.get("weights")));
		}
		if (index.containsKey("wildcardProjection")) {
			comparable.put("wildcardProjection", projection(index.get("wildcardProjection", Document.class)));
		}
		return comparable;
	}

	/**
	 * A server may write flags in another form, and add that it leaves the id out.
	 */
	private static Map<String, Object> projection(Document projection) {
		Map<String, Object> flags = new TreeMap<>();
		projection.forEach((field, flag) -> flags.put(field,
				(flag instanceof Number number) ? number.intValue() != 0 : Boolean.TRUE.equals(flag)));
		flags.remove("_id", false);
		return flags;
	}

	/**
	 * Return the keys in their order, which matters. A server keeps those of a text index
	 * as {@code _fts} and {@code _ftsx}, and their fields as weights only.
	 */
	private static List<String> keys(Document index) {
		return index.get("key", Document.class)
			.entrySet()
			.stream()
			.filter((entry) -> !entry.getKey().equals("_ftsx"))
			.map((entry) -> entry.getValue().equals("text") ? "text" : entry.getKey() + "=" + normal(entry.getValue()))
			.distinct()
			.toList();
	}

	private static Object normal(Object value) {
		if (value instanceof Number number && number.doubleValue() == number.longValue()) {
			return number.longValue();
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> normal = new LinkedHashMap<>();
			map.forEach((key, nested) -> normal.put(String.valueOf(key), (nested != null) ? normal(nested) : "null"));
			return normal;
		}
		if (value instanceof List<?> list) {
			return list.stream().map(IndexDefinition::normal).toList();
		}
		return (value instanceof BsonValue bson) ? bson.toString() : value;
	}

	/**
	 * Return some parts of an index in words.
	 * @param index the index
	 * @param parts the parts
	 * @return the parts as JSON
	 */
	static String describe(Document index, Set<String> parts) {
		return parts.stream().map((part) -> {
			Object value = index.get(part);
			return part + " " + ((value != null) ? json(value) : "not set");
		}).collect(Collectors.joining(", "));
	}

	private static String json(Object value) {
		String json = new Document("value", value)
			.toBsonDocument(BsonDocument.class, MongoClientSettings.getDefaultCodecRegistry())
			.toJson();
		return json.substring("{\"value\": ".length(), json.length() - 1);
	}

}
