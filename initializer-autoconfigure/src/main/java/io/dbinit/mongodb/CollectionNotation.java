package io.dbinit.mongodb;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.dbinit.definition.DefinitionNode;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;

/**
 * Reads the notation of a collection:
 * <ul>
 * <li>{@code validator}: a JSON schema, a filter, or the location of a file with either;
 * with {@code validation-level} and {@code validation-action}</li>
 * <li>{@code capped} with {@code size} and {@code max}</li>
 * <li>{@code time-series} with {@code time-field}, {@code meta-field},
 * {@code granularity} and {@code expire-after}</li>
 * <li>{@code indexes}: see {@link IndexNotation}</li>
 * </ul>
 */
final class CollectionNotation {

	private static final List<String> KEYS = List.of("validator", "validation-level", "validation-action", "capped",
			"size", "max", "time-series", "indexes");

	private static final List<String> TIME_SERIES = List.of("time-field", "meta-field", "granularity", "expire-after");

	private static final int MAX_NAME = 235;

	private final Validators validators;

	CollectionNotation(ResourceLoader resources) {
		this.validators = new Validators(resources);
	}

	CollectionDefinition read(String name, DefinitionNode node) {
		if (name.isEmpty() || name.startsWith(".") || name.contains("$") || name.startsWith("system.")
				|| name.equals(MongoDbDatabase.COLLECTION) || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
			throw node.invalidKey("'" + name + "' cannot be the name of a collection", "Correct the name.");
		}
		Map<String, DefinitionNode> options = node.isNull() ? Map.of() : node.entries(KEYS);
		Document validator = this.validators.read(options.get("validator"));
		return new CollectionDefinition(name, kind(node, options), validator,
				validation(options.get("validation-level"), List.of("strict", "moderate"), validator),
				validation(options.get("validation-action"), List.of("error", "warn"), validator),
				indexes(options.get("indexes")), node.where());
	}

	private static String validation(@Nullable DefinitionNode node, List<String> words, @Nullable Document validator) {
		if (node != null && validator == null) {
			throw node.invalidKey("there is no 'validator' to which it applies", "Add a 'validator', or remove it.");
		}
		return (node != null) ? node.word(words) : words.get(0);
	}

	private static List<IndexDefinition> indexes(@Nullable DefinitionNode node) {
		List<IndexDefinition> indexes = new ArrayList<>();
		for (DefinitionNode element : (node != null) ? node.elements() : List.<DefinitionNode>of()) {
			IndexDefinition index = new IndexNotation(element).read();
			for (IndexDefinition other : indexes) {
				if (index.isLike(other) || (index.isText() && other.isText())) {
					throw element.invalid(
							"index '%s' is like index '%s', at %s".formatted(index.name(), other.name(), other.where()),
							"Remove one of them: indexes differ in keys, collation, filter, 'unique' or 'sparse', and a collection has one with text.");
				}
				if (index.name().equals(other.name())) {
					throw element.invalid(
							"index '%s' has the name of the index at %s".formatted(index.name(), other.where()),
							"Give one of them another 'name'.");
				}
			}
			indexes.add(index);
		}
		return indexes;
	}

	private static Document kind(DefinitionNode node, Map<String, DefinitionNode> options) {
		Document kind = new Document();
		DefinitionNode capped = options.get("capped");
		DefinitionNode size = options.get("size");
		DefinitionNode max = options.get("max");
		DefinitionNode timeSeries = options.get("time-series");
		if (capped != null && capped.flag()) {
			if (size == null || timeSeries != null) {
				throw capped.invalid("a capped collection has a 'size', and no 'time-series'",
						"Write, for example, capped: true, size: 10MB.");
			}
			kind.append("capped", true).append("size", size.size().toBytes());
			if (max != null) {
				kind.append("max", max.number(1, Integer.MAX_VALUE));
			}
		}
		else if (size != null || max != null) {
			throw node.invalid("'size' and 'max' are for a capped collection", "Add capped: true.");
		}
		if (timeSeries != null) {
			timeSeries(timeSeries, kind);
		}
		return kind;
	}

	private static void timeSeries(DefinitionNode node, Document kind) {
		Map<String, DefinitionNode> options = node.entries(TIME_SERIES);
		DefinitionNode timeField = options.get("time-field");
		if (timeField == null) {
			throw node.invalid("a collection of measurements needs a 'time-field'",
					"Write, for example, { time-field: at, meta-field: sensor }.");
		}
		Document fields = new Document("timeField", field(timeField));
		DefinitionNode metaField = options.get("meta-field");
		if (metaField != null) {
			if (field(metaField).equals(fields.get("timeField"))) {
				throw metaField.invalid("'" + metaField.text() + "' is the 'time-field'", "Name another field.");
			}
			fields.append("metaField", field(metaField));
		}
		DefinitionNode granularity = options.get("granularity");
		if (granularity != null) {
			fields.append("granularity", granularity.word(List.of("seconds", "minutes", "hours")));
		}
		kind.append("timeseries", fields);
		DefinitionNode expireAfter = options.get("expire-after");
		if (expireAfter != null) {
			kind.append("expireAfterSeconds", (long) seconds(expireAfter));
		}
	}

	private static String field(DefinitionNode node) {
		String field = node.name();
		if (field.startsWith("$") || field.contains(".") || field.toLowerCase(Locale.ROOT).equals("_id")) {
			throw node.invalid("'" + field + "' cannot be a field of measurements",
					"Name a field of the document itself, other than '_id'.");
		}
		return field;
	}

	/**
	 * Read the number of seconds after which a document expires.
	 */
	static int seconds(DefinitionNode node) {
		Duration duration = node.duration();
		if (duration.isNegative() || duration.toSeconds() > Integer.MAX_VALUE || duration.toNanosPart() != 0) {
			throw node.invalid(duration + " is not a number of whole seconds between 0s and 24855d",
					"Correct the duration.");
		}
		return (int) duration.toSeconds();
	}

}
