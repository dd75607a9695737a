package io.dbinit.mongodb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.autoconfigure.Definition;
import io.dbinit.autoconfigure.DefinitionBinder;
import org.bson.Document;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * The collections that a database must have, from properties and files.
 */
final class Structure {

	private final Map<String, CollectionDefinition> collections = new TreeMap<>();

	private final ResourceLoader resources;

	Structure(ResourceLoader resources) {
		this.resources = resources;
	}

	Collection<CollectionDefinition> collections() {
		return this.collections.values();
	}

	/**
	 * Return a text that is the same whenever the same is declared, wherever it stands.
	 */
	String fingerprint() {
		return Fingerprint
			.of(collections().stream().map(CollectionDefinition::canonical).collect(Collectors.joining("\n")));
	}

	/**
	 * Read the files of some locations.
	 * @param binder reads them
	 * @param locations folders, of which the default one may be missing
	 */
	void load(DefinitionBinder binder, List<String> locations) {
		for (String location : locations) {
			String folder = (location.endsWith("/") ? location : location + "/").replaceFirst("^classpath:",
					"classpath*:");
			List<Definition<CollectionsFile>> files = new ArrayList<>();
			files.addAll(binder.load(folder + "*.yml", CollectionsFile.class));
			files.addAll(binder.load(folder + "*.yaml", CollectionsFile.class));
			files.addAll(binder.load(folder + "*.json", CollectionsFile.class, Structure::isNoSchema));
			if (files.isEmpty() && !location.equals(MongoDbProperties.DEFAULT_LOCATION)) {
				throw new InitializationException(
						"'db-init.mongodb.locations' names '%s', where no definition of collections is"
							.formatted(location),
						"Correct the location, or remove it. No database was touched.", null);
			}
			files.forEach((file) -> add(file, file.value().collections()));
		}
	}

	/**
	 * The schemas of validators like to lie beside the collections.
	 */
	private static boolean isNoSchema(String file) {
		return !file.endsWith(".schema.json");
	}

	/**
	 * Add collections.
	 * @param definition where they were written
	 * @param collections the collections by name
	 */
	void add(Definition<?> definition, Map<String, CollectionProperties> collections) {
		collections.forEach((name, properties) -> {
			String where = "collections.[" + name + "]";
			CollectionDefinition other = this.collections.get(name);
			if (other != null) {
				throw definition.invalid(where, "collection '" + name + "' is also defined at " + other.where(),
						"Define it in one place.");
			}
			if (name.isEmpty() || name.contains("$") || name.startsWith("system.")
					|| name.equals(MongoStore.COLLECTION)) {
				throw definition.invalid(where, "'" + name + "' cannot be the name of a collection",
						"Correct the name.");
			}
			this.collections.put(name, collection(definition, where, name, properties));
		});
	}

	private CollectionDefinition collection(Definition<?> definition, String where, String name,
			CollectionProperties properties) {
		List<IndexDefinition> indexes = new ArrayList<>();
		for (int i = 0; i < properties.indexes().size(); i++) {
			String at = where + ".indexes[" + i + "]";
			IndexDefinition index = new IndexNotation(definition, at, properties.indexes().get(i)).read();
			for (IndexDefinition other : indexes) {
				if (index.isMeantBy(other.document()) || (index.isText() && other.isText())) {
					throw definition.invalid(at,
							"index '%s' is like index '%s', at %s".formatted(index.name(), other.name(), other.where()),
							"Remove one of them: a collection has one index for each list of keys, and one with text.");
				}
			}
			indexes.add(index);
		}
		return new CollectionDefinition(name, kind(definition, where, properties),
				validator(definition, where + ".validator", properties.validator()),
				word(properties.validationLevel(), "strict"), word(properties.validationAction(), "error"), indexes,
				definition.where(where));
	}

	private static Document kind(Definition<?> definition, String where, CollectionProperties properties) {
		Document kind = new Document();
		if (Boolean.TRUE.equals(properties.capped())) {
			if (properties.size() == null || properties.timeSeries() != null) {
				throw definition.invalid(where + ".capped", "a capped collection has a 'size', and no 'time-series'",
						"Write, for example, capped: true, size: 10MB.");
			}
			kind.append("capped", true).append("size", properties.size().toBytes());
			if (properties.max() != null) {
				kind.append("max", properties.max());
			}
		}
		else if (properties.size() != null || properties.max() != null) {
			throw definition.invalid(where, "'size' and 'max' are for a capped collection", "Add capped: true.");
		}
		if (properties.timeSeries() != null) {
			timeSeries(definition, where + ".time-series", properties.timeSeries(), kind);
		}
		return kind;
	}

	private static void timeSeries(Definition<?> definition, String where, CollectionProperties.TimeSeries timeSeries,
			Document kind) {
		if (timeSeries.timeField() == null) {
			throw definition.invalid(where, "a collection of measurements needs a 'time-field'",
					"Write, for example, { time-field: at, meta-field: sensor }.");
		}
		Document fields = new Document("timeField", timeSeries.timeField());
		if (timeSeries.metaField() != null) {
			fields.append("metaField", timeSeries.metaField());
		}
		if (timeSeries.granularity() != null) {
			fields.append("granularity", word(timeSeries.granularity(), ""));
		}
		kind.append("timeseries", fields);
		if (timeSeries.expireAfter() != null) {
			kind.append("expireAfterSeconds", timeSeries.expireAfter().toSeconds());
		}
	}

	private static String word(@Nullable Enum<?> value, String defaultValue) {
		return (value != null) ? value.name().toLowerCase(Locale.ROOT) : defaultValue;
	}

	private @Nullable Document validator(Definition<?> definition, String where, @Nullable Object validator) {
		if (validator == null) {
			return null;
		}
		String json;
		String source = "the schema";
		if (validator instanceof Map<?, ?> map) {
			json = new Document(strings(map)).toJson();
		}
		else if (String.valueOf(validator).strip().startsWith("{")) {
			json = String.valueOf(validator);
		}
		else {
			source = "'" + validator + "'";
			json = read(definition, where, String.valueOf(validator));
		}
		Document parsed = parse(definition, where, json);
		boolean filter = parsed.keySet().stream().anyMatch((key) -> key.startsWith("$"));
		Document document = filter ? parsed : new Document("$jsonSchema", parsed);
		checkSchema(definition, where, document, json, source);
		return document;
	}

	private static Document parse(Definition<?> definition, String where, String json) {
		try {
			return Document.parse(json);
		}
		catch (RuntimeException ex) {
			throw definition.invalid(where, "the JSON schema is malformed: " + reason(ex), "Correct the schema.");
		}
	}

	private static void checkSchema(Definition<?> definition, String where, Document validator, String json,
			String source) {
		if (validator.get("$jsonSchema") instanceof Document schema) {
			JsonSchema.problem(schema).ifPresent((problem) -> {
				long line = json.substring(0, json.indexOf('"' + problem.word() + '"') + 1).lines().count();
				throw definition.invalid(where, "the JSON schema is malformed: %s (line %d of %s)"
					.formatted(problem.text(), Math.max(1, line), source), "Correct the schema.");
			});
		}
	}

	private static String reason(RuntimeException ex) {
		return (ex instanceof JsonParseException) ? String.valueOf(ex.getMessage()) : "it must be a JSON object";
	}

	private static Map<String, Object> strings(Map<?, ?> map) {
		return map.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> String.valueOf(entry.getKey()),
					(entry) -> (entry.getValue() instanceof Map<?, ?> nested) ? strings(nested) : entry.getValue(),
					(a, b) -> b, LinkedHashMap::new));
	}

	private String read(Definition<?> definition, String where, String location) {
		Resource file = this.resources.getResource(location);
		if (!file.exists()) {
			throw definition.invalid(where, "there is no file '" + location + "'", "Correct the location.");
		}
		try {
			return file.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw definition.invalid(where, "'" + location + "' cannot be read: " + ex.getMessage(), "Check the file.");
		}
	}

	/**
	 * A file that defines collections.
	 *
	 * @param collections the collections by name
	 */
	record CollectionsFile(@DefaultValue Map<String, CollectionProperties> collections) {
	}

}
