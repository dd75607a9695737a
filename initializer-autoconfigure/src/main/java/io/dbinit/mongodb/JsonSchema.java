package io.dbinit.mongodb;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

/**
 * Finds what MongoDB would refuse in a JSON schema, before anything is connected to:
 * unknown keywords and types, and keywords with a value of the wrong kind.
 */
final class JsonSchema {

	private static final Set<String> NUMBERS = Set.of("maximum", "minimum", "maxItems", "maxLength", "maxProperties",
			"minItems", "minLength", "minProperties", "multipleOf");

	private static final Set<String> FLAGS = Set.of("exclusiveMaximum", "exclusiveMinimum", "uniqueItems");

	private static final Set<String> TEXTS = Set.of("description", "pattern", "title");

	private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "enum", "required");

	private static final Set<String> MAPS = Set.of("properties", "patternProperties", "dependencies");

	private static final Set<String> OTHERS = Set.of("additionalItems", "additionalProperties", "bsonType", "encrypt",
			"encryptMetadata", "items", "not", "type");

	private static final List<Set<String>> KEYWORDS = List.of(NUMBERS, FLAGS, TEXTS, LISTS, MAPS, OTHERS);

	private static final Set<String> BSON_TYPES = Set.of("array", "binData", "bool", "date", "dbPointer", "decimal",
			"double", "int", "javascript", "javascriptWithScope", "long", "maxKey", "minKey", "null", "number",
			"object", "objectId", "regex", "string", "symbol", "timestamp", "undefined");

	private static final Set<String> TYPES = Set.of("array", "boolean", "null", "number", "object", "string");

	private JsonSchema() {
	}

	/**
	 * A problem of a schema.
	 *
	 * @param word the keyword or type at fault, as it was written
	 * @param text what is wrong, for a message
	 */
	record Problem(String word, String text) {
	}

	/**
	 * Find the first problem.
	 * @param schema the schema, without {@code $jsonSchema} around it
	 * @return the problem, or empty if there is none
	 */
	static Optional<Problem> problem(Map<?, ?> schema) {
		return schema.entrySet()
			.stream()
			.map((entry) -> problem(String.valueOf(entry.getKey()), entry.getValue()))
			.flatMap(Optional::stream)
			.findFirst();
	}

	private static Optional<Problem> problem(String keyword, @Nullable Object value) {
		if (KEYWORDS.stream().noneMatch((keywords) -> keywords.contains(keyword))) {
			List<String> known = KEYWORDS.stream().flatMap(Set::stream).toList();
			return Optional.of(new Problem(keyword,
					"unknown keyword '" + keyword + "'" + NearestWord.suggest(keyword, Set.copyOf(known))));
		}
		if (keyword.equals("bsonType") || keyword.equals("type")) {
			return type(keyword, value);
		}
		if (!isOfItsKind(keyword, value)) {
			return Optional.of(new Problem(keyword, "'%s' cannot be '%s'".formatted(keyword, value)));
		}
		if (keyword.equals("enum") || keyword.equals("required") || keyword.startsWith("encrypt")) {
			return Optional.empty();
		}
		return nested(keyword, value);
	}

	private static boolean isOfItsKind(String keyword, @Nullable Object value) {
		if (NUMBERS.contains(keyword)) {
			return value instanceof Number;
		}
		if (FLAGS.contains(keyword)) {
			return value instanceof Boolean;
		}
		if (TEXTS.contains(keyword)) {
			return value instanceof String;
		}
		if (LISTS.contains(keyword)) {
			return value instanceof Collection<?> list && !list.isEmpty()
					&& (!keyword.equals("required") || list.stream().allMatch(String.class::isInstance));
		}
		return value instanceof Map || (!MAPS.contains(keyword) && !keyword.equals("not"));
	}

	private static Optional<Problem> type(String keyword, @Nullable Object value) {
		Set<String> known = keyword.equals("type") ? TYPES : BSON_TYPES;
		Collection<?> types = (value instanceof Collection<?> list) ? list : List.of(String.valueOf(value));
		return types.stream()
			.map(String::valueOf)
			.filter((type) -> !known.contains(type))
			.map((type) -> new Problem(type,
					"unknown %s '%s'%s".formatted(keyword, type, NearestWord.suggest(type, known))))
			.findFirst();
	}

	/**
	 * Look into the schemas that a keyword holds: one, a list of them, or one for each
	 * field.
	 */
	private static Optional<Problem> nested(String keyword, @Nullable Object value) {
		if (value instanceof Map<?, ?> map && !MAPS.contains(keyword)) {
			return problem(map);
		}
		Collection<?> schemas = (value instanceof Map<?, ?> map) ? map.values()
				: (value instanceof Collection<?> list) ? list : List.of();
		return schemas.stream()
			.filter(Map.class::isInstance)
			.map((schema) -> problem((Map<?, ?>) schema))
			.flatMap(Optional::stream)
			.findFirst();
	}

}
