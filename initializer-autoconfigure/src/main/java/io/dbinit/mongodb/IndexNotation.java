package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import org.bson.Document;

/**
 * Reads the notation of an index:
 * <ul>
 * <li>{@code keys}: fields, separated by commas: {@code a} ascending, {@code -a}
 * descending, {@code a hashed}, {@code a 2dsphere}, {@code $**} or {@code a.$**} for a
 * wildcard; an index without options can be written as its keys alone</li>
 * <li>{@code text}: fields of a text index with their weights, or fields separated by
 * commas; with {@code default-language} and {@code language-override}</li>
 * <li>{@code name}: by default the name that MongoDB's shell generates</li>
 * <li>{@code unique}, {@code sparse}, {@code hidden}: flags</li>
 * <li>{@code partial}: filter of the documents that are indexed, as a map or as JSON</li>
 * <li>{@code expire-after}: time after which a document is deleted, counted from the date
 * in its field</li>
 * <li>{@code wildcard-projection}: fields of a wildcard index with 0 or 1</li>
 * <li>{@code collation}: see {@link CollationNotation}</li>
 * </ul>
 */
final class IndexNotation {

	private static final List<String> KEYS = List.of("keys", "text", "name", "unique", "sparse", "partial",
			"expire-after", "default-language", "language-override", "wildcard-projection", "collation", "hidden");

	private static final Set<String> TYPES = Set.of("asc", "desc", "hashed", "2dsphere", "2d");

	private static final int MAX_FIELDS = 32;

	private final DefinitionNode node;

	private final Map<String, DefinitionNode> options;

	IndexNotation(DefinitionNode node) {
		this.node = node;
		this.options = node.isScalar() ? Map.of("keys", node) : node.entries(KEYS);
	}

	IndexDefinition read() {
		DefinitionNode keys = this.options.get("keys");
		DefinitionNode text = this.options.get("text");
		if (keys == null && text == null) {
			throw this.node.invalid("an index needs 'keys' or 'text'", "Write, for example, keys: email.");
		}
		Document key = new Document();
		if (keys != null) {
			keys(keys, key);
		}
		Document weights = new Document();
		if (text != null) {
			weights(text, "", weights);
			weights.keySet().forEach((field) -> put(text, key, field, "text"));
		}
		if (key.isEmpty() || key.size() > MAX_FIELDS) {
			throw this.node.invalid("an index has 1 to 32 fields, not " + key.size(), "Correct the fields.");
		}
		Document document = new Document("key", key).append("name", name(key));
		options(document, key);
		textOptions(document, weights);
		requireSense(document, key);
		return new IndexDefinition(document, this.node.where());
	}

	private void keys(DefinitionNode node, Document key) {
		List<String> parts = node.isList() ? node.texts() : List.of(node.name().split(",", -1));
		for (String part : parts) {
			String[] words = part.trim().split("\\s+");
			String field = words[0];
			if (field.isEmpty() || field.equals("-") || words.length > 2) {
				throw node.invalid("'" + part.trim() + "' is not a field with at most one word after it",
						"Write fields separated by commas, like \"user_id, -created_at\".");
			}
			boolean descending = field.startsWith("-");
			field = descending ? field.substring(1) : field;
			put(node, key, field, (words.length == 1) ? (descending ? -1 : 1) : type(node, words[1]));
		}
	}

	private static void put(DefinitionNode node, Document key, String field, Object type) {
		if (key.containsKey(field)) {
			throw node.invalid("field '" + field + "' is given twice", "Remove one of them.");
		}
		for (String part : field.split("\\.", -1)) {
			boolean wildcard = part.equals("$**") && field.endsWith(part);
			if (part.isEmpty() || (part.startsWith("$") && !wildcard)) {
				throw node.invalid("'" + field + "' is not the name of a field", "Correct the name.");
			}
		}
		key.append(field, type);
	}

	private static Object type(DefinitionNode node, String word) {
		String type = word.toLowerCase(Locale.ROOT);
		if (!TYPES.contains(type)) {
			throw node.invalid("unknown index type '" + word + "'" + NearestWord.suggest(word, TYPES),
					"Correct the type; for a text index write text: { field: weight }.");
		}
		return switch (type) {
			case "asc" -> 1;
			case "desc" -> -1;
			default -> type;
		};
	}

	/**
	 * Read fields with weights. A nested field can be written as a map within the map.
	 */
	private static void weights(DefinitionNode node, String prefix, Document weights) {
		if (!node.isMap()) {
			node.texts().forEach((field) -> weights.append(field, 1));
			return;
		}
		node.entries().forEach((field, weight) -> {
			if (weight.isMap()) {
				weights(weight, prefix + field + ".", weights);
			}
			else {
				weights.append(prefix + field, weight(field, weight));
			}
		});
	}

	private static int weight(String field, DefinitionNode node) {
		String text = node.isScalar() && !node.isNull() ? node.text() : "";
		if (!text.matches("[1-9][0-9]{0,4}")) {
			throw node.invalid("the weight of '" + field + "' is '" + text + "'",
					"Write a whole number between 1 and 99999.");
		}
		return Integer.parseInt(text);
	}

	private void options(Document document, Document key) {
		set(document, "unique", DefinitionNode::flag, "unique");
		set(document, "sparse", DefinitionNode::flag, "sparse");
		set(document, "hidden", DefinitionNode::flag, "hidden");
		set(document, "partialFilterExpression", Validators::filter, "partial");
		set(document, "wildcardProjection", IndexNotation::projection, "wildcard-projection");
		set(document, "collation", CollationNotation::read, "collation");
		set(document, "expireAfterSeconds", (node) -> seconds(node, key), "expire-after");
	}

	private static int seconds(DefinitionNode node, Document key) {
		if (key.size() != 1) {
			throw node.invalid("an index that lets documents expire has exactly one field, not " + key.keySet(),
					"Declare a separate index for the date.");
		}
		if (key.containsKey("_id") || isWildcard(key) || !(key.values().iterator().next() instanceof Integer)) {
			throw node.invalid("documents expire by a date in an ascending or descending field, not by " + key.toJson(),
					"Declare a separate index for the date.");
		}
		return CollectionNotation.seconds(node);
	}

	private static Document projection(DefinitionNode node) {
		Document projection = new Document();
		Validators.options(node).entries().forEach((field, flag) -> {
			Object value = flag.value();
			if (!Set.<Object>of(0, 1, true, false).contains((value != null) ? value : "")) {
				throw flag.invalid("wanted 0 or 1", "Write 1 for a field that is indexed, 0 for one that is not.");
			}
			projection.append(field, value);
		});
		if (projection.isEmpty()) {
			throw node.invalid("a projection has at least one field", "Add a field, or remove the projection.");
		}
		return projection;
	}

	/**
	 * Refuse combinations that no version of MongoDB accepts.
	 */
	private void requireSense(Document document, Document key) {
		boolean unique = document.get("unique", false);
		if (unique && (isWildcard(key) || key.containsValue("hashed"))) {
			throw this.options.getOrDefault("unique", this.node)
				.invalid("an index on " + key.toJson() + " cannot be unique",
						"Declare a unique index on the field itself.");
		}
		if (document.get("sparse", false) && document.containsKey("partialFilterExpression")) {
			throw this.options.getOrDefault("sparse", this.node)
				.invalid("an index is 'sparse' or 'partial'", "Write partial: { field: { $exists: true } }.");
		}
		if (document.containsKey("wildcardProjection") && !key.containsKey("$**")) {
			throw this.options.getOrDefault("wildcard-projection", this.node)
				.invalid("only an index with the key '$**' has one", "Remove it.");
		}
	}

	private static boolean isWildcard(Document key) {
		return key.keySet().stream().anyMatch((field) -> field.equals("$**") || field.endsWith(".$**"));
	}

	private void textOptions(Document document, Document weights) {
		if (weights.isEmpty()) {
			if (this.options.containsKey("default-language") || this.options.containsKey("language-override")) {
				throw this.node.invalid("a language is for an index with 'text'",
						"Remove the language, or write text: ….");
			}
			return;
		}
		document.append("weights", weights).append("default_language", "english");
		set(document, "default_language", DefinitionNode::name, "default-language");
		set(document, "language_override", DefinitionNode::name, "language-override");
	}

	private void set(Document document, String option, Function<DefinitionNode, Object> reader, String key) {
		DefinitionNode node = this.options.get(key);
		if (node != null) {
			document.append(option, reader.apply(node));
		}
	}

	private String name(Document key) {
		DefinitionNode node = this.options.get("name");
		if (node == null) {
			return IndexDefinition.generatedName(key);
		}
		String name = node.name();
		if (name.equals("*") || name.equals("_id_") || name.startsWith("$") || name.indexOf('\0') >= 0) {
			throw node.invalid("'" + name + "' cannot be the name of an index", "Correct the name.");
		}
		return name;
	}

}
