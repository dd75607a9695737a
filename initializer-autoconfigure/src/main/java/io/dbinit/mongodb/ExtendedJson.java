package io.dbinit.mongodb;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/**
 * Converts nodes to BSON: scalars by their value, and the forms of
 * <a href="https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/">extended
 * JSON v2</a>, whose numbers can be written without quotes.
 */
final class ExtendedJson {

	private static final Pattern DOUBLE = Pattern
		.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?|-?Infinity|NaN");

	private static final Pattern UUID = Pattern
		.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

	private static final Pattern SUBTYPE = Pattern.compile("[0-9a-fA-F]{1,2}");

	private static final long MAX_UNSIGNED = 0xFFFF_FFFFL;

	/** Keys of a reference to another document, which is stored as a document. */
	private static final Set<String> REFERENCE = Set.of("$ref", "$id", "$db");

	private static final Map<String, BiFunction<ExtendedJson, DefinitionNode, BsonValue>> TYPES = Map.ofEntries(
			Map.entry("$oid", ExtendedJson::objectId),
			Map.entry("$symbol", (json, node) -> new BsonSymbol(node.text())),
			Map.entry("$numberInt",
					(json, node) -> new BsonInt32((int) node.number(Integer.MIN_VALUE, Integer.MAX_VALUE))),
			Map.entry("$numberLong", (json, node) -> new BsonInt64(node.number(Long.MIN_VALUE, Long.MAX_VALUE))),
			Map.entry("$numberDouble", ExtendedJson::doubleValue), Map.entry("$numberDecimal", ExtendedJson::decimal),
			Map.entry("$binary", ExtendedJson::binary), Map.entry("$uuid", ExtendedJson::uuid),
			Map.entry("$code", (json, node) -> new BsonJavaScript(node.text())),
			Map.entry("$timestamp", ExtendedJson::timestamp),
			Map.entry("$regularExpression", ExtendedJson::regularExpression),
			Map.entry("$dbPointer", ExtendedJson::pointer), Map.entry("$date", ExtendedJson::date),
			Map.entry("$minKey", (json, node) -> new BsonMinKey()),
			Map.entry("$maxKey", (json, node) -> new BsonMaxKey()),
			Map.entry("$undefined", (json, node) -> new BsonUndefined()));

	private static final ExtendedJson DATA = new ExtendedJson(false);

	private static final ExtendedJson EXPRESSION = new ExtendedJson(true);

	private final boolean operators;

	private ExtendedJson(boolean operators) {
		this.operators = operators;
	}

	/**
	 * Convert a node of data, in which a field cannot begin with a dollar sign.
	 * @param node a map, a list or a scalar
	 * @return the value
	 */
	static BsonValue data(DefinitionNode node) {
		return DATA.value(node);
	}

	/**
	 * Convert a filter, whose operators are kept as they are.
	 * @param node a map
	 * @return the filter
	 */
	static BsonDocument filter(DefinitionNode node) {
		return EXPRESSION.document(node);
	}

	/**
	 * Convert a part of a filter.
	 * @param node a map, a list or a scalar
	 * @return the value
	 */
	static BsonValue expression(DefinitionNode node) {
		return EXPRESSION.value(node);
	}

	/**
	 * Return whether a key marks a value of extended JSON.
	 */
	static boolean isType(String key) {
		return TYPES.containsKey(key) || REFERENCE.contains(key);
	}

	private BsonValue value(DefinitionNode node) {
		if (node.isMap()) {
			return typed(node).orElseGet(() -> document(node));
		}
		if (node.isList()) {
			return new BsonArray(node.elements().stream().map(this::value).toList());
		}
		Optional<Instant> instant = node.instant();
		return instant.isPresent() ? date(node, instant.get()) : scalar(node);
	}

	private BsonDocument document(DefinitionNode map) {
		BsonDocument document = new BsonDocument();
		map.entries().forEach((key, node) -> {
			if (!this.operators && key.startsWith("$") && !REFERENCE.contains(key)) {
				throw node.invalidKey("a field cannot begin with '$'" + suggestion(key),
						"Correct the field, or write one of the types of extended JSON.");
			}
			document.append(key, value(node));
		});
		return document;
	}

	private static String suggestion(String key) {
		return NearestWord.find(key, TYPES.keySet()).map((type) -> ", did you mean '" + type + "'?").orElse("");
	}

	private Optional<BsonValue> typed(DefinitionNode map) {
		Map<String, DefinitionNode> entries = map.entries();
		DefinitionNode code = entries.get("$code");
		DefinitionNode scope = entries.get("$scope");
		if (code != null && scope != null && entries.size() == 2) {
			return Optional.of(new BsonJavaScriptWithScope(code.text(), document(scope)));
		}
		for (Map.Entry<String, DefinitionNode> entry : entries.entrySet()) {
			BiFunction<ExtendedJson, DefinitionNode, BsonValue> type = TYPES.get(entry.getKey());
			if (type != null) {
				if (entries.size() > 1) {
					throw entry.getValue()
						.invalidKey("'" + entry.getKey() + "' cannot have other keys beside it", "Remove them.");
				}
				return Optional.of(type.apply(this, entry.getValue()));
			}
		}
		return Optional.empty();
	}

	private BsonValue scalar(DefinitionNode node) {
		Object value = node.value();
		if (value == null) {
			return BsonNull.VALUE;
		}
		if (value instanceof Boolean flag) {
			return BsonBoolean.valueOf(flag);
		}
		if (value instanceof Integer number) {
			return new BsonInt32(number);
		}
		if (value instanceof Long number) {
			return new BsonInt64(number);
		}
		if (value instanceof Double number) {
			return new BsonDouble(number);
		}
		if (value instanceof BigInteger || value instanceof BigDecimal) {
			return new BsonDouble(exact(node, new BigDecimal(value.toString())));
		}
		return (value instanceof byte[] bytes) ? new BsonBinary(bytes) : new BsonString(value.toString());
	}

	/**
	 * Convert a decimal number to the double that is written with the same digits.
	 */
	private static double exact(DefinitionNode node, BigDecimal decimal) {
		double number = decimal.doubleValue();
		if (Double.isInfinite(number) || BigDecimal.valueOf(number).compareTo(decimal) != 0) {
			throw node.invalid("'" + node.written() + "' has more digits than a double or a long can store",
					"Write { $numberDecimal: '…' }, or a text in quotes.");
		}
		return number;
	}

	private BsonValue objectId(DefinitionNode node) {
		String text = node.text();
		if (!ObjectId.isValid(text)) {
			throw node.invalid("'" + node.written() + "' is not an object id", "Write 24 hexadecimal digits.");
		}
		return new BsonObjectId(new ObjectId(text));
	}

	private BsonValue doubleValue(DefinitionNode node) {
		String text = node.text();
		if (!DOUBLE.matcher(text).matches()
				|| (Double.isInfinite(Double.parseDouble(text)) && !text.endsWith("Infinity"))) {
			throw node.invalid("'" + node.written() + "' is not a double",
					"Write a number, Infinity, -Infinity or NaN.");
		}
		return new BsonDouble(Double.parseDouble(text));
	}

	private BsonValue decimal(DefinitionNode node) {
		String text = node.text();
		try {
			return new BsonDecimal128(Decimal128.parse(text));
		}
		catch (NumberFormatException ex) {
			throw node.invalid("'" + node.written() + "' is not a decimal number of at most 34 digits",
					"Correct the number.");
		}
	}

	private BsonValue binary(DefinitionNode node) {
		Map<String, DefinitionNode> parts = node.entries(List.of("base64", "subType"));
		DefinitionNode base64 = node.require("base64");
		DefinitionNode subType = parts.get("subType");
		String type = (subType != null) ? subType.text() : "00";
		if (subType != null && !SUBTYPE.matcher(type).matches()) {
			throw subType.invalid("'" + subType.written() + "' is not a subtype",
					"Write one or two hexadecimal digits.");
		}
		try {
			return new BsonBinary((byte) Integer.parseInt(type, 16), Base64.getDecoder().decode(base64.text()));
		}
		catch (IllegalArgumentException ex) {
			throw base64.invalid("the text is not Base64", "Correct the text.");
		}
	}

	private BsonValue uuid(DefinitionNode node) {
		String text = node.text();
		if (!UUID.matcher(text).matches()) {
			throw node.invalid("'" + node.written() + "' is not a UUID", "Correct the text.");
		}
		return new BsonBinary(java.util.UUID.fromString(text));
	}

	private BsonValue timestamp(DefinitionNode node) {
		node.entries(List.of("t", "i"));
		return new BsonTimestamp((int) node.require("t").number(0, MAX_UNSIGNED),
				(int) node.require("i").number(0, MAX_UNSIGNED));
	}

	private BsonValue regularExpression(DefinitionNode node) {
		Map<String, DefinitionNode> parts = node.entries(List.of("pattern", "options"));
		DefinitionNode options = parts.get("options");
		String letters = (options != null) ? options.text() : "";
		if (options != null && !letters.matches("[ilmsux]*")) {
			throw options.invalid("'" + options.written() + "' has unknown options", "Write letters of 'ilmsux'.");
		}
		return new BsonRegularExpression(withoutNul(node.require("pattern")), letters);
	}

	private static String withoutNul(DefinitionNode node) {
		String text = node.text();
		if (text.indexOf('\0') >= 0) {
			throw node.invalid("the text has the character NUL", "Remove it.");
		}
		return text;
	}

	private BsonValue pointer(DefinitionNode node) {
		node.entries(List.of("$ref", "$id"));
		DefinitionNode id = node.require("$id");
		if (!id.isMap() || !(value(id) instanceof BsonObjectId objectId)) {
			throw id.invalid("wanted an object id", "Write { $oid: '…' }.");
		}
		return new BsonDbPointer(withoutNul(node.require("$ref")), objectId.getValue());
	}

	private BsonValue date(DefinitionNode node) {
		if (node.isMap()) {
			node.entries(List.of("$numberLong"));
			return new BsonDateTime(node.require("$numberLong").number(Long.MIN_VALUE, Long.MAX_VALUE));
		}
		if (node.text().matches("[-+]?\\d+")) {
			return new BsonDateTime(node.number(Long.MIN_VALUE, Long.MAX_VALUE));
		}
		return date(node, node.timestamp());
	}

	private static BsonValue date(DefinitionNode node, Instant instant) {
		if (instant.getNano() % 1_000_000 != 0) {
			throw node.invalid(
					"'" + node.written() + "' is more precise than a millisecond, which is all a date stores",
					"Round it to milliseconds, or write a text in quotes.");
		}
		return new BsonDateTime(instant.toEpochMilli());
	}

}
