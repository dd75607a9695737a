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
import io.dbinit.Definition;
import io.dbinit.Fingerprint;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * An index in the form of the command {@code createIndexes}.
 *
 * @param document key, name and options, with integral numbers as integers
 * @param where where it was written, for messages
 */
record IndexDefinition(Document document, String where) {

	/** Values of options that are left out. */
	private static final Map<String, Object> DEFAULTS = Map.of("default_language", "english", "language_override",
			"language", "unique", false, "sparse", false, "hidden", false);

	/**
	 * Options that can be declared. Others are internal to a server, like its version of
	 * text indexes, or a legacy without effect, like {@code background}, {@code safe} and
	 * {@code dropDups}.
	 */
	private static final Set<String> COMPARED = Set.of("default_language", "language_override", "unique", "sparse",
			"hidden", "expireAfterSeconds", "partialFilterExpression", "weights", "wildcardProjection");

	/** Flags, which older drivers also sent as numbers. */
	private static final Set<String> FLAGS = Set.of("unique", "sparse", "hidden");

	/** Defaults of a collation that are the same for each locale. */
	private static final Map<String, Object> COLLATION = Map.of("strength", 3L, "caseLevel", false, "numericOrdering",
			false, "maxVariable", "punct");

	/** Options that {@code collMod} can change. */
	private static final Set<String> CHANGEABLE = Set.of("expireAfterSeconds", "hidden");

	String name() {
		return this.document.getString("name");
	}

	/**
	 * Return whether the name is the one that MongoDB's shell generates.
	 */
	boolean isNamedByItsKeys() {
		return name().equals(generatedName(this.document.get("key", Document.class)));
	}

	/**
	 * Return the name that MongoDB's shell generates.
	 */
	static String generatedName(Document key) {
		return key.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "_" + entry.getValue())
			.collect(Collectors.joining("_"));
	}

	/**
	 * Return this index with another name.
	 */
	IndexDefinition named(String name) {
		Document document = new Document(this.document);
		document.put("name", name);
		return new IndexDefinition(document, this.where);
	}

	/**
	 * Return the index as a declaration that others may share. Its name is not part of
	 * it.
	 * @param collection the name of the collection
	 */
	Definition definition(String collection) {
		StringBuilder identity = new StringBuilder(String.join(", ", keys(this.document)));
		for (String part : List.of("collation", "partialFilterExpression")) {
			if (this.document.containsKey(part)) {
				identity.append(", ").append(part).append(' ').append(Fingerprint.canonical(this.document.get(part)));
			}
		}
		return new Definition("index of '%s' on %s".formatted(collection, identity),
				Fingerprint.canonical(new TreeMap<>(comparable(this.document))), this.where);
	}

	boolean isText() {
		return this.document.get("key", Document.class).containsValue("text");
	}

	/**
	 * Return whether another index has the same identity: the keys, the collation and the
	 * filter, but not the name.
	 * @param existing the index as {@code listIndexes} returns it
	 * @param collation the default collation of the collection, or {@code null}
	 */
	boolean isIdentical(Document existing, @Nullable Document collation) {
		return keys(existing).equals(keys(this.document)) && !collationDiffers(existing, collation)
				&& isSame(this.document.get("partialFilterExpression"), existing.get("partialFilterExpression"));
	}

	/**
	 * Return whether another declaration is about the same index.
	 */
	boolean isLike(IndexDefinition other) {
		Map<String, Object> own = comparable(this.document);
		Map<String, Object> others = comparable(other.document);
		return isIdentical(other.document, null) && Objects.equals(own.get("unique"), others.get("unique"))
				&& Objects.equals(own.get("sparse"), others.get("sparse"));
	}

	/**
	 * Return the options in which another index differs.
	 * @param existing the index as {@code listIndexes} returns it
	 * @param collation the default collation of the collection, which the server gives to
	 * an index that declares none, or {@code null}
	 * @return the names of the options
	 */
	Set<String> differences(Document existing, @Nullable Document collation) {
		Map<String, Object> wanted = comparable(this.document);
		Map<String, Object> found = comparable(existing);
		Set<String> parts = new TreeSet<>(wanted.keySet());
		parts.addAll(found.keySet());
		parts.removeIf((part) -> isNotTold(part, existing) || Objects.equals(wanted.get(part), found.get(part)));
		if (collationDiffers(existing, collation)) {
			parts.add("collation");
		}
		return parts;
	}

	/**
	 * Not every server tells the language of a text index.
	 */
	private static boolean isNotTold(String part, Document existing) {
		return part.equals("default_language") && !existing.containsKey(part);
	}

	/**
	 * A server completes a collation by the defaults of its locale, of which those are
	 * compared that all locales have. The locale {@code simple} is no collation.
	 */
	private boolean collationDiffers(Document existing, @Nullable Document collation) {
		Document declared = this.document.get("collation", Document.class);
		Document wanted = collation((declared != null || isText()) ? declared : collation);
		Document found = collation(existing.get("collation", Document.class));
		if (wanted == null || found == null) {
			return wanted != found;
		}
		Map<String, Object> complete = new LinkedHashMap<>(COLLATION);
		wanted.forEach((option, value) -> complete.put(option, normal(value)));
		return !complete.entrySet()
			.stream()
			.allMatch((entry) -> entry.getValue()
				.equals(normal(found.getOrDefault(entry.getKey(), COLLATION.get(entry.getKey())))));
	}

	private static @Nullable Document collation(@Nullable Document collation) {
		return (collation == null || "simple".equals(collation.get("locale"))) ? null : collation;
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
			if (value == null || !COMPARED.contains(option)) {
				return;
			}
			Object normal = (FLAGS.contains(option) && value instanceof Number number) ? number.doubleValue() != 0
					: normal(value);
			if (!normal.equals(DEFAULTS.get(option))) {
				comparable.put(option, normal);
			}
		});
		comparable.put("key", keys(index));
		if (comparable.containsKey("weights")) {
			comparable.put("weights", new TreeMap<>((Map<?, ?>) comparable.get("weights")));
		}
		if (comparable.containsKey("wildcardProjection")) {
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
			.map((entry) -> entry.getValue().equals("text") ? "text"
					: entry.getKey() + "=" + direction(entry.getValue()))
			.distinct()
			.toList();
	}

	/**
	 * Any positive number is ascending, any negative one descending.
	 */
	private static Object direction(Object value) {
		return (value instanceof Number number) ? (int) Math.signum(number.doubleValue()) : normal(value);
	}

	/**
	 * Return whether two values are the same, regardless of the types of numbers.
	 */
	static boolean isSame(@Nullable Object value, @Nullable Object other) {
		return normal(value).equals(normal(other));
	}

	private static Object normal(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		if (value instanceof Number number && number.doubleValue() == number.longValue()) {
			return number.longValue();
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> normal = new LinkedHashMap<>();
			map.forEach((key, nested) -> normal.put(String.valueOf(key), normal(nested)));
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
