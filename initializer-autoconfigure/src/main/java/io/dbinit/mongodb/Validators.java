package io.dbinit.mongodb;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.definition.NearestWord;
import org.bson.BsonDocument;
import org.bson.BsonDocumentReader;
import org.bson.Document;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.DocumentCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Reads filters, and validators in all their forms: as a map, as JSON in a text, or as
 * the location of a file in JSON or YAML.
 */
final class Validators {

	/** Operators of queries, apart from those within {@code $expr}. */
	private static final Set<String> OPERATORS = Set.of("$all", "$and", "$bitsAllClear", "$bitsAllSet", "$bitsAnyClear",
			"$bitsAnySet", "$comment", "$elemMatch", "$eq", "$exists", "$expr", "$geoIntersects", "$geoWithin",
			"$geometry", "$gt", "$gte", "$in", "$jsonSchema", "$lt", "$lte", "$mod", "$ne", "$nin", "$nor", "$not",
			"$options", "$or", "$regex", "$size", "$type");

	/** Operators that stand above fields. */
	private static final Set<String> TOP = Set.of("$and", "$comment", "$expr", "$jsonSchema", "$nor", "$or");

	private final ResourceLoader resources;

	private final DefinitionReader reader = new DefinitionReader((text) -> text);

	Validators(ResourceLoader resources) {
		this.resources = resources;
	}

	/**
	 * Read a validator.
	 * @param node its node, if there is one
	 * @return the filter that documents must match
	 */
	@Nullable Document read(@Nullable DefinitionNode node) {
		if (node == null) {
			return null;
		}
		DefinitionNode validator = requireVerbatim(node);
		if (!validator.isMap()) {
			String text = validator.name();
			validator = text.strip().startsWith("{") ? DefinitionReader.json(validator) : file(validator, text);
		}
		boolean filter = validator.entries()
			.keySet()
			.stream()
			.anyMatch((key) -> key.startsWith("$") && !JsonSchema.isNote(key) && !JsonSchema.isKnown(key));
		if (filter) {
			checkFilter(validator, true);
			return document(ExtendedJson.filter(validator));
		}
		return new Document("$jsonSchema", document(JsonSchema.read(validator)));
	}

	private DefinitionNode file(DefinitionNode node, String location) {
		Resource file = this.resources.getResource(location);
		if (!file.exists()) {
			throw node.invalid("there is no file '" + location + "'", "Correct the location.");
		}
		List<DefinitionNode> documents = this.reader.read(file);
		if (documents.size() != 1) {
			throw node.invalid("'%s' has %d documents".formatted(location, documents.size()),
					"Write one schema into a file.");
		}
		return documents.get(0);
	}

	/**
	 * Read a filter that is written as a map, or as JSON in a text.
	 * @param node its node
	 * @return the filter
	 */
	static Document filter(DefinitionNode node) {
		DefinitionNode filter = options(requireVerbatim(node));
		checkFilter(filter, true);
		return document(ExtendedJson.filter(filter));
	}

	/**
	 * A document in properties would lose its empty values, and take dots in its keys for
	 * levels.
	 */
	static DefinitionNode requireVerbatim(DefinitionNode node) {
		if (!node.isScalar() && !node.isVerbatim()) {
			throw node.invalid("a document cannot be put together from properties",
					"Write it in a definition file, in a YAML file, or as JSON in one text.");
		}
		return node;
	}

	private static void checkFilter(DefinitionNode filter, boolean top) {
		filter.entries().forEach((key, node) -> {
			Set<String> known = top ? TOP : OPERATORS;
			if (key.startsWith("$") && !known.contains(key) && !ExtendedJson.isType(key)) {
				throw node.invalidKey("unknown operator '" + key + "'" + NearestWord.suggest(key, known),
						"Correct the operator.");
			}
			if (key.equals("$jsonSchema")) {
				JsonSchema.read(node);
			}
			else if (!key.equals("$expr")) {
				boolean list = Set.of("$and", "$or", "$nor").contains(key);
				Stream<DefinitionNode> nested = list ? node.elements().stream() : Stream.of(node);
				nested.filter((child) -> list || child.isMap()).forEach((child) -> checkFilter(child, list));
			}
		});
	}

	static Document document(BsonDocument document) {
		return new DocumentCodec().decode(new BsonDocumentReader(document), DecoderContext.builder().build());
	}

	/**
	 * Return options that are written as a map, or as JSON in a text.
	 * @param node their node
	 * @return the map
	 */
	static DefinitionNode options(DefinitionNode node) {
		return node.isScalar() ? DefinitionReader.json(node) : node;
	}

}
