package io.dbinit.mongodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Row;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * A row of a seed as a document that every mode stores alike. Updates take a dot in the
 * name of a field for a path, and a dollar sign for an operator.
 *
 * @param row the row
 * @param fields the fields
 */
record SeedDocument(Row row, BsonDocument fields) {

	static final JsonWriterSettings EXTENDED = JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

	private static final String ID = "_id";

	private static final int MAX_NAME = 235;

	/**
	 * Convert the rows of a seed.
	 * @param data the seed
	 * @return the documents, no two of which have the same key
	 * @throws InitializationException if a row cannot be stored
	 */
	static List<SeedDocument> of(SeedData data) {
		requireNames(data);
		return of(data, data.rows());
	}

	/**
	 * Check the names of the collection and of the key.
	 */
	static void requireNames(SeedData data) {
		requireName(data.target());
		requireKey(data);
	}

	/**
	 * Convert some of the rows of a seed.
	 */
	static List<SeedDocument> of(SeedData data, List<Row> rows) {
		List<SeedDocument> documents = new ArrayList<>();
		Map<Object, SeedDocument> keys = new HashMap<>();
		Map<Object, SeedDocument> ids = new HashMap<>();
		for (Row row : rows) {
			SeedDocument document = of(row);
			if (data.isKeyed()) {
				document.requireNew(data.key(), keys);
			}
			if (document.fields.containsKey(ID)) {
				document.requireNew(List.of(ID), ids);
			}
			documents.add(document);
		}
		return documents;
	}

	private static void requireName(String name) {
		if (name.isEmpty() || name.startsWith(".") || name.contains("$") || name.startsWith("system.")
				|| name.equals(MongoDbDatabase.COLLECTION) || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
			throw new InitializationException("'%s' cannot be the name of a collection".formatted(name),
					"Correct the name. No database was touched.", null);
		}
	}

	private static void requireKey(SeedData data) {
		for (String field : data.key()) {
			boolean overlaps = data.key().stream().anyMatch((other) -> other.startsWith(field + "."));
			if (overlaps || field.startsWith(ID + ".")) {
				throw new InitializationException(
						"The key %s of '%s' cannot find documents: %s".formatted(data.key(), data.target(),
								overlaps ? "one of its fields is a part of '" + field + "'"
										: "'" + field + "' is a part of an '_id'"),
						"Name the whole field only. No database was touched.", null);
			}
		}
	}

	private static SeedDocument of(Row row) {
		BsonDocument fields = new BsonDocument();
		SeedDocument document = new SeedDocument(row, fields);
		row.values().forEach((field, value) -> {
			document.requireField(field);
			fields.append(field, document.value(field, value));
		});
		BsonValue id = fields.get(ID);
		if (id != null && (id.isArray() || id.isRegularExpression() || isUndefined(id))) {
			throw document.invalid(ID, "a list, a regular expression or an undefined value cannot be an '_id'",
					"Write another value.");
		}
		return document;
	}

	private void requireField(String field) {
		if (field.isEmpty()) {
			throw invalid(field, "a field must have a name", "Write a name.");
		}
		if (field.startsWith("$")) {
			throw invalid(field, "a field of a document cannot begin with '$'", "Rename the field.");
		}
		if (field.indexOf('.') >= 0) {
			throw invalid(field, "'%s' has a dot, which an update takes for a path".formatted(field),
					"Write a map for a nested field, or rename the field.");
		}
	}

	private BsonValue value(String field, @Nullable Object value) {
		if (value instanceof DefinitionNode node) {
			return ExtendedJson.data(node);
		}
		try {
			return Objects.requireNonNull(BsonDocument.parse(new Document(field, value).toJson(EXTENDED)).get(field));
		}
		catch (RuntimeException ex) {
			throw invalid(
					field, "a %s cannot be stored: %s"
						.formatted((value != null) ? value.getClass().getSimpleName() : "null", ex.getMessage()),
					"Convert the value.");
		}
	}

	private void requireNew(List<String> key, Map<Object, SeedDocument> others) {
		SeedDocument other = others.putIfAbsent(identity(key), this);
		if (other != null) {
			throw same(key, other);
		}
	}

	/**
	 * Return an object that is equal for documents with the same key.
	 */
	Object identity(List<String> key) {
		return key.stream().map((field) -> identity(key(field))).toList();
	}

	InitializationException same(List<String> key, SeedDocument other) {
		return new InitializationException(
				"Invalid definition at %s: the row at %s has the same '%s'".formatted(this.row.place(),
						other.row.place(), String.join(", ", key)),
				"Remove one of them. No database was touched.", null);
	}

	/**
	 * Return the value of a field of the key.
	 * @param field the name of the field, dotted where it is nested
	 * @return the value
	 * @throws InitializationException if no document can be found by the value
	 */
	BsonValue key(String field) {
		BsonValue value = this.fields;
		for (String part : field.split("\\.", -1)) {
			value = (value != null && value.isDocument()) ? value.asDocument().get(part) : null;
		}
		if (value == null || value.isNull() || value.isRegularExpression() || isUndefined(value)) {
			throw invalid(field, "there is no value of the key '%s' by which a document can be found".formatted(field),
					"Add the value.");
		}
		return value;
	}

	private static boolean isUndefined(BsonValue value) {
		return value.getBsonType() == BsonType.UNDEFINED;
	}

	/**
	 * Return an object that is equal for values that are equal to the server: numbers are
	 * compared across their types.
	 */
	private static Object identity(BsonValue value) {
		if (value.isDocument()) {
			Map<String, Object> document = new LinkedHashMap<>();
			value.asDocument().forEach((field, nested) -> document.put(field, identity(nested)));
			return List.copyOf(document.entrySet());
		}
		if (value.isArray()) {
			return value.asArray().stream().map(SeedDocument::identity).toList();
		}
		if (!value.isNumber() && !value.isDecimal128()) {
			return value;
		}
		try {
			return new BigDecimal(value.isDecimal128() ? value.asDecimal128().getValue().toString() : value.isDouble()
					? String.valueOf(value.asDouble().getValue()) : String.valueOf(value.asNumber().longValue()))
				.stripTrailingZeros();
		}
		catch (NumberFormatException ex) {
			return new BsonDouble(value.isDecimal128() ? Double.parseDouble(value.asDecimal128().getValue().toString())
					: value.asDouble().getValue());
		}
	}

	/**
	 * Return whether a value came from a placeholder, and may be a secret.
	 */
	boolean hasPlaceholders() {
		return this.row.values().values().stream().anyMatch(SeedDocument::hasPlaceholders);
	}

	private static boolean hasPlaceholders(@Nullable Object value) {
		if (!(value instanceof DefinitionNode node)) {
			return true;
		}
		return node.isMap() ? node.entries().values().stream().anyMatch(SeedDocument::hasPlaceholders) : node.isList()
				? node.elements().stream().anyMatch(SeedDocument::hasPlaceholders) : node.hasPlaceholders();
	}

	private InitializationException invalid(String field, String problem, String action) {
		return (this.row.values().get(field) instanceof DefinitionNode node) ? node.invalidKey(problem, action)
				: new InitializationException("Invalid definition at %s: %s".formatted(this.row.place(), problem),
						action + " No database was touched.", null);
	}

}
