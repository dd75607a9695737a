package io.dbinit.mongodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;
import io.dbinit.autoconfigure.Definition;
import org.bson.Document;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an index as somebody wrote it down.
 */
final class IndexNotation {

	private static final Set<String> TYPES = Set.of("asc", "desc", "hashed", "2dsphere", "2d");

	private static final Set<String> COLLATION = Set.of("locale", "strength", "caseLevel", "caseFirst",
			"numericOrdering", "alternate", "maxVariable", "normalization", "backwards");

	private final Definition<?> definition;

	private final String where;

	private final IndexProperties index;

	IndexNotation(Definition<?> definition, String where, IndexProperties index) {
		this.definition = definition;
		this.where = where;
		this.index = index;
	}

	IndexDefinition read() {
		if (this.index.keys() == null && this.index.text() == null) {
			throw invalid("", "an index needs 'keys' or 'text'", "Write, for example, keys: email.");
		}
		Document key = new Document();
		if (this.index.keys() != null) {
			keys(this.index.keys(), key);
		}
		Map<String, Object> weights = weights();
		weights.keySet().forEach((field) -> key.append(field, "text"));
		Document document = new Document("key", key).append("name",
				(this.index.name() != null) ? this.index.name() : name(key));
		options(document, key);
		textOptions(document, weights);
		requireSense(document, key);
		return new IndexDefinition(document, this.definition.where(this.where));
	}

	private void keys(String keys, Document key) {
		for (String part : keys.split(",")) {
			String[] words = part.trim().split("\\s+");
			String field = words[0];
			if (field.isEmpty() || field.equals("-") || words.length > 2) {
				throw invalid(".keys", "'" + part.trim() + "' is not a field with at most one word after it",
						"Write fields separated by commas, like \"user_id, -created_at\".");
			}
			boolean descending = field.startsWith("-");
			field = descending ? field.substring(1) : field;
			if (key.containsKey(field)) {
				throw invalid(".keys", "field '" + field + "' stands twice", "Remove one of them.");
			}
			key.append(field, (words.length == 1) ? (descending ? -1 : 1) : type(words[1]));
		}
	}

	private Object type(String word) {
		String type = word.toLowerCase(Locale.ROOT);
		if (!TYPES.contains(type)) {
			throw invalid(".keys", "unknown index type '" + word + "'" + NearestWord.suggest(word, TYPES),
					"Correct the type; for a text index write text: { field: weight }.");
		}
		return switch (type) {
			case "asc" -> 1;
			case "desc" -> -1;
			default -> type;
		};
	}

	private Map<String, Object> weights() {
		Map<String, Object> weights = new LinkedHashMap<>();
		Object text = this.index.text();
		if (text instanceof Map<?, ?> map) {
			weights.putAll(flatten(map));
		}
		else if (text instanceof List<?> list) {
			list.forEach((field) -> weights.put(String.valueOf(field), 1));
		}
		else if (text != null) {
			for (String field : String.valueOf(text).split("\\s*,\\s*")) {
				weights.put(field, 1);
			}
		}
		weights.replaceAll((field, weight) -> weight(field, weight));
		return weights;
	}

	private Object weight(String field, Object weight) {
		try {
			int number = Integer.parseInt(String.valueOf(weight));
			if (number > 0 && number < 100_000) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Said below
		}
		throw invalid(".text", "the weight of '" + field + "' is '" + weight + "'",
				"Write a whole number between 1 and 99999.");
	}

	private void options(Document document, Document key) {
		set(document, "unique", this.index.unique());
		set(document, "sparse", this.index.sparse());
		set(document, "hidden", this.index.hidden());
		set(document, "partialFilterExpression", document(".partial", this.index.partial()));
		set(document, "wildcardProjection", document(".wildcard-projection", this.index.wildcardProjection()));
		set(document, "collation", collation());
		if (this.index.expireAfter() != null) {
			document.append("expireAfterSeconds", seconds(this.index.expireAfter(), key));
		}
	}

	private int seconds(Duration expireAfter, Document key) {
		if (key.size() != 1) {
			throw invalid(".expire-after",
					"an index that lets documents expire has exactly one field, not " + key.keySet(),
					"Declare an index of its own for the date.");
		}
		if (key.containsKey("_id") || isWildcard(key) || !(key.values().iterator().next() instanceof Integer)) {
			throw invalid(".expire-after",
					"documents expire by a date in an ascending or descending field, not by " + key.toJson(),
					"Declare an index of its own for the date.");
		}
		if (expireAfter.isNegative() || expireAfter.toSeconds() > Integer.MAX_VALUE || expireAfter.toNanosPart() != 0) {
			throw invalid(".expire-after", expireAfter + " is not a number of whole seconds between 0s and 24855d",
					"Correct the duration.");
		}
		return (int) expireAfter.toSeconds();
	}

	/**
	 * What MongoDB refuses in any version.
	 */
	private void requireSense(Document document, Document key) {
		boolean unique = document.get("unique", false);
		if (unique && (isWildcard(key) || key.containsValue("hashed"))) {
			throw invalid(".unique", "an index on " + key.toJson() + " cannot be unique",
					"Declare a unique index on the field itself.");
		}
		if (document.get("sparse", false) && document.containsKey("partialFilterExpression")) {
			throw invalid(".sparse", "an index is 'sparse' or 'partial'",
					"Write partial: { field: { $exists: true } }.");
		}
		if (document.containsKey("wildcardProjection") && !key.containsKey("$**")) {
			throw invalid(".wildcard-projection", "only an index with the key '$**' has one", "Remove it.");
		}
	}

	private static boolean isWildcard(Document key) {
		return key.keySet().stream().anyMatch((field) -> field.equals("$**") || field.endsWith(".$**"));
	}

	private @Nullable Document collation() {
		Document collation = document(".collation", this.index.collation());
		if (collation != null && !collation.containsKey("locale")) {
			throw invalid(".collation", "a collation needs a 'locale'", "Write, for example, { locale: en }.");
		}
		for (String word : (collation != null) ? collation.keySet() : Set.<String>of()) {
			if (!COLLATION.contains(word)) {
				throw invalid(".collation", "unknown key '" + word + "'" + NearestWord.suggest(word, COLLATION),
						"Correct the collation.");
			}
		}
		return collation;
	}

	private void textOptions(Document document, Map<String, Object> weights) {
		if (weights.isEmpty()) {
			if (this.index.defaultLanguage() != null || this.index.languageOverride() != null) {
				throw invalid("", "a language is for an index with 'text'", "Remove the language, or write text: ….");
			}
			return;
		}
		document.append("weights", new Document(weights));
		document.append("default_language",
				(this.index.defaultLanguage() != null) ? this.index.defaultLanguage() : "english");
		set(document, "language_override", this.index.languageOverride());
	}

	private static void set(Document document, String option, @Nullable Object value) {
		if (value != null) {
			document.append(option, value);
		}
	}

	private @Nullable Document document(String key, @Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			return Document.parse(new Document(flatten(map)).toJson());
		}
		try {
			return (value != null) ? Document.parse(String.valueOf(value)) : null;
		}
		catch (JsonParseException ex) {
			throw invalid(key, "'" + value + "' is not a JSON object: " + ex.getMessage(), "Correct the JSON.");
		}
	}

	/**
	 * Dotted keys come nested out of properties.
	 */
	static Map<String, Object> flatten(Map<?, ?> map) {
		Map<String, Object> flat = new LinkedHashMap<>();
		map.forEach((key, value) -> {
			if (value instanceof Map<?, ?> nested && !isOperator(key) && !nested.isEmpty()
					&& nested.keySet().stream().noneMatch(IndexNotation::isOperator)) {
				flatten(nested).forEach((field, inner) -> flat.put(key + "." + field, inner));
			}
			else {
				flat.put(String.valueOf(key), value(value));
			}
		});
		return flat;
	}

	private static Object value(Object value) {
		if (value instanceof List<?> list) {
			List<Object> values = new ArrayList<>();
			list.forEach((element) -> values.add(value(element)));
			return values;
		}
		return (value instanceof Map<?, ?> map) ? new Document(flatten(map)) : value;
	}

	private static boolean isOperator(Object key) {
		return String.valueOf(key).startsWith("$") && !String.valueOf(key).equals("$**");
	}

	/**
	 * Name an index as MongoDB's shell does.
	 */
	private static String name(Document key) {
		List<String> parts = new ArrayList<>();
		key.forEach((field, type) -> parts.add(field + "_" + type));
		return String.join("_", parts);
	}

	private InitializationException invalid(String key, String problem, String action) {
		return this.definition.invalid(this.where + key, problem, action);
	}

}
