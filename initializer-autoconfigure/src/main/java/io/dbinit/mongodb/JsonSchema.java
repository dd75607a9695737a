package io.dbinit.mongodb;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Reads a JSON schema. Finds errors that MongoDB would report, before connecting: unknown
 * keywords and types, and keywords with a value of the wrong kind.
 */
final class JsonSchema {

	private static final Set<String> NUMBERS = Set.of("maximum", "minimum", "multipleOf");

	private static final Set<String> COUNTS = Set.of("maxItems", "maxLength", "maxProperties", "minItems", "minLength",
			"minProperties");

	private static final Set<String> FLAGS = Set.of("exclusiveMaximum", "exclusiveMinimum", "uniqueItems");

	private static final Set<String> TEXTS = Set.of("description", "pattern", "title");

	private static final Set<String> SCHEMA_LISTS = Set.of("allOf", "anyOf", "oneOf");

	private static final Set<String> SCHEMA_MAPS = Set.of("properties", "patternProperties", "dependencies");

	private static final Set<String> OTHERS = Set.of("additionalItems", "additionalProperties", "bsonType", "encrypt",
			"encryptMetadata", "enum", "items", "not", "required", "type");

	private static final Set<String> KEYWORDS = union(NUMBERS, COUNTS, FLAGS, TEXTS, SCHEMA_LISTS, SCHEMA_MAPS, OTHERS);

	/** Notes for readers, which MongoDB refuses and which change nothing if left out. */
	private static final Set<String> NOTES = Set.of("$schema", "$id", "$comment");

	/** Keywords of other dialects, with MongoDB's way to say the same. */
	private static final Map<String, String> FOREIGN = Map.of("$ref", "Write the schema in place of the reference.",
			"$defs", "Write each schema in the place where it is used.", "definitions",
			"Write each schema in the place where it is used.", "const", "Write enum: [value].", "format",
			"Write a 'pattern', or a 'bsonType'.", "default", "Remove it: the application sets defaults.", "if",
			"Write 'anyOf' with both cases.", "examples", "Remove it, or write a 'description'.");

	private static final Set<String> BSON_TYPES = Set.of("array", "binData", "bool", "date", "dbPointer", "decimal",
			"double", "int", "javascript", "javascriptWithScope", "long", "maxKey", "minKey", "null", "number",
			"object", "objectId", "regex", "string", "symbol", "timestamp", "undefined");

	private static final Set<String> TYPES = Set.of("array", "boolean", "null", "number", "object", "string");

	private JsonSchema() {
	}

	@SafeVarargs
	private static Set<String> union(Set<String>... sets) {
		Set<String> union = new TreeSet<>();
		for (Set<String> set : sets) {
			union.addAll(set);
		}
		return union;
	}

	static boolean isNote(String key) {
		return NOTES.contains(key);
	}

	/**
	 * Return whether a key belongs to JSON schema, in the dialect of MongoDB or another.
	 */
	static boolean isKnown(String key) {
		return KEYWORDS.contains(key) || FOREIGN.containsKey(key);
	}

	/**
	 * Read a schema.
	 * @param schema the schema, without {@code $jsonSchema} around it
	 * @return the schema without its notes
	 */
	static BsonDocument read(DefinitionNode schema) {
		BsonDocument document = new BsonDocument();
		Map<String, DefinitionNode> entries = schema.entries();
		entries.forEach((keyword, node) -> {
			if (!isNote(keyword)) {
				requireKnown(keyword, node);
				document.append(keyword, value(keyword, node));
			}
		});
		requireCompanion(entries, "exclusiveMaximum", "maximum");
		requireCompanion(entries, "exclusiveMinimum", "minimum");
		if (entries.containsKey("type") && entries.containsKey("bsonType")) {
			throw invalid(schema.require("type"), "'type' and 'bsonType' exclude each other", "Remove one of them.");
		}
		return document;
	}

	private static void requireKnown(String keyword, DefinitionNode node) {
		if (KEYWORDS.contains(keyword)) {
			return;
		}
		String foreign = FOREIGN.get(keyword);
		if (foreign != null) {
			throw node.invalidKey("the JSON schema is malformed: MongoDB does not know '" + keyword + "'", foreign);
		}
		throw node.invalidKey("the JSON schema is malformed: unknown keyword '" + keyword + "'"
				+ NearestWord.suggest(keyword, KEYWORDS), "Correct the keyword.");
	}

	private static void requireCompanion(Map<String, DefinitionNode> schema, String keyword, String companion) {
		DefinitionNode node = schema.get(keyword);
		if (node != null && !schema.containsKey(companion)) {
			throw invalid(node, "'" + keyword + "' needs '" + companion + "'", "Add it.");
		}
	}

	private static BsonValue value(String keyword, DefinitionNode node) {
		if (SCHEMA_MAPS.contains(keyword)) {
			return schemas(keyword, node);
		}
		if (SCHEMA_LISTS.contains(keyword)) {
			return new BsonArray(nonEmpty(keyword, node).stream().map(JsonSchema::read).toList());
		}
		return switch (keyword) {
			case "not" -> read(node);
			case "items" ->
				node.isList() ? new BsonArray(node.elements().stream().map(JsonSchema::read).toList()) : read(node);
			case "additionalItems", "additionalProperties" -> node.isMap() ? read(node) : flag(keyword, node);
			case "enum" -> distinct(keyword, node, nonEmpty(keyword, node));
			case "required" -> texts(keyword, node);
			case "type" -> type(keyword, node, TYPES);
			case "bsonType" -> type(keyword, node, BSON_TYPES);
			case "encrypt", "encryptMetadata" -> ExtendedJson.filter(node);
			default -> scalar(keyword, node);
		};
	}

	private static BsonDocument schemas(String keyword, DefinitionNode node) {
		BsonDocument schemas = new BsonDocument();
		node.entries()
			.forEach((field, schema) -> schemas.append(field,
					(keyword.equals("dependencies") && schema.isList()) ? texts(keyword, schema) : read(schema)));
		return schemas;
	}

	private static BsonValue scalar(String keyword, DefinitionNode node) {
		if (FLAGS.contains(keyword)) {
			return flag(keyword, node);
		}
		BsonValue value = ExtendedJson.expression(node);
		boolean valid = TEXTS.contains(keyword) ? value.isString() : isNumber(value);
		if (valid && COUNTS.contains(keyword)) {
			valid = number(value).signum() >= 0 && number(value).stripTrailingZeros().scale() <= 0;
		}
		if (!valid || (keyword.equals("multipleOf") && number(value).signum() <= 0)) {
			throw wrong(keyword, node);
		}
		return value;
	}

	private static BsonValue flag(String keyword, DefinitionNode node) {
		BsonValue value = ExtendedJson.expression(node);
		if (!value.isBoolean()) {
			throw wrong(keyword, node);
		}
		return value;
	}

	private static List<DefinitionNode> nonEmpty(String keyword, DefinitionNode node) {
		if (!node.isList() || node.elements().isEmpty()) {
			throw wrong(keyword, node);
		}
		return node.elements();
	}

	private static BsonValue texts(String keyword, DefinitionNode node) {
		for (DefinitionNode element : nonEmpty(keyword, node)) {
			BsonValue value = ExtendedJson.expression(element);
			if (!value.isString()) {
				throw wrong(keyword, element);
			}
		}
		return distinct(keyword, node, node.elements());
	}

	private static BsonValue type(String keyword, DefinitionNode node, Set<String> known) {
		for (DefinitionNode type : node.isList() ? nonEmpty(keyword, node) : List.of(node)) {
			String text = type.name();
			if (!known.contains(text)) {
				String other = (keyword.equals("type") && BSON_TYPES.contains(text)) ? ", did you mean 'bsonType'?"
						: NearestWord.suggest(text.equals("integer") ? "int" : text, known);
				throw invalid(type, "unknown %s '%s'%s".formatted(keyword, text, other), "Correct the type.");
			}
		}
		return node.isList() ? distinct(keyword, node, node.elements()) : new BsonString(node.name());
	}

	private static BsonValue distinct(String keyword, DefinitionNode list, Collection<DefinitionNode> elements) {
		Map<Object, DefinitionNode> found = new HashMap<>();
		for (DefinitionNode element : elements) {
			BsonValue value = ExtendedJson.expression(element);
			if (found.put(isNumber(value) ? number(value).stripTrailingZeros() : value, element) != null) {
				throw invalid(element, "'" + keyword + "' has a value twice", "Remove one of them.");
			}
		}
		return ExtendedJson.expression(list);
	}

	private static boolean isNumber(BsonValue value) {
		return value.isNumber() && !(value.isDouble() && !Double.isFinite(value.asDouble().getValue()))
				&& !(value.isDecimal128() && !value.asDecimal128().getValue().isFinite());
	}

	private static BigDecimal number(BsonValue value) {
		if (value.isDouble()) {
			return BigDecimal.valueOf(value.asDouble().getValue());
		}
		if (value.isDecimal128()) {
			return value.asDecimal128().getValue().bigDecimalValue();
		}
		return BigDecimal.valueOf(value.isInt32() ? value.asInt32().getValue() : value.asInt64().getValue());
	}

	private static InitializationException wrong(String keyword, DefinitionNode node) {
		return invalid(node, "'%s' cannot be '%s'".formatted(keyword, node.plain()), "Correct the value.");
	}

	private static InitializationException invalid(DefinitionNode node, String problem, String action) {
		return node.invalid("the JSON schema is malformed: " + problem, action);
	}

}
