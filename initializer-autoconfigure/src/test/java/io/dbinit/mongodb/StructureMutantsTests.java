package io.dbinit.mongodb;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.dbinit.definition.DefinitionProperties;
import io.dbinit.testing.Mutants;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.BsonDocumentWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Structure} with mutants of definitions, schemas and properties. One
 * that is accepted has the names and values that an independent parser finds in it.
 */
class StructureMutantsTests {

	private static final String YAML = """
			# Accounts
			collections:

			  users:
			    validator: { bsonType: object, required: [email], properties: { email: { bsonType: string, minLength: 3 } } }
			    validation-level: moderate
			    indexes:
			    - email
			    - { keys: "role, -created_at", unique: true, partial: { role: { $gt: 18, $type: [int, long] }, deleted_at: null } }
			    - { keys: created_at, expire-after: 30d, name: by_age }
			    - text: { content.title: 10, content: { text: 5 } }
			      default-language: german

			  audit: &audit
			    indexes: [ user_id hashed, { keys: name, collation: { locale: en, strength: 2 } } ]
			  old_audit: *audit
			  events: { capped: true, size: 10MB, max: 1000 }
			  measurements:
			    time-series: { time-field: at, meta-field: sensor, granularity: minutes, expire-after: 90d }
			  empty:
			""";

	private static final String JSON = """
			{
			  "collections": {
			    "users": {
			      "validator": { "$or": [ { "age": { "$gte": 18 } }, { "no": null } ] },
			      "validation-action": "warn",
			      "indexes": [
			        "email",
			        { "keys": "role, -created_at", "unique": true, "partial": { "at": { "$gt": { "$date": "2024-01-01T00:00:00Z" } } } },
			        { "keys": "$**", "wildcard-projection": { "a": 1 } }
			      ]
			    },
			    "events": { "capped": true, "size": "10MB" },
			    "other": {}
			  }
			}
			""";

	private static final String SCHEMA = """
			{
			  "$schema": "http://json-schema.org/draft-04/schema#",
			  "bsonType": "object",
			  "title": "Users",
			  "required": ["email", "role"],
			  "additionalProperties": false,
			  "properties": {
			    "email": { "bsonType": "string", "pattern": "^.+@.+$", "minLength": 3 },
			    "role": { "enum": ["user", "admin", null, 1, 2.50] },
			    "tags": { "bsonType": ["array", "null"], "items": { "type": "string" }, "uniqueItems": true },
			    "age": { "bsonType": "int", "minimum": 0, "maximum": 1.5e2, "exclusiveMaximum": true }
			  },
			  "anyOf": [ { "required": ["a"] }, { "not": { "required": ["b"] } } ]
			}
			""";

	private static final String PROPERTIES = """
			db-init.mongodb.enabled=true
			db-init.mongodb.collections.users.validator={"required": ["email"], "properties": {"a": {"enum": [1, null]}}}
			db-init.mongodb.collections.users.validation-level=strict
			db-init.mongodb.collections.users.indexes[0]=email
			db-init.mongodb.collections.users.indexes[1].keys=role, -created_at
			db-init.mongodb.collections.users.indexes[1].unique=true
			db-init.mongodb.collections.users.indexes[1].partial={"deleted_at": null}
			db-init.mongodb.collections.users.indexes[2].text.content.title=10
			db-init.mongodb.collections.events.capped=true
			db-init.mongodb.collections.events.size=10MB
			db-init.mongodb.collections[fs.files].indexes[0].keys=filename
			""";

	@TempDir
	private Path folder;

	@Test
	void readsOrRefusesMutantsOfYaml() {
		int accepted = new Mutants(YAML).read(1000, "structure.yml",
				(mutant) -> assertThat(names(load("structure.yml", mutant))).isEqualTo(names(yaml(mutant))));
		assertThat(accepted).isBetween(1, 999);
	}

	@Test
	void readsOrRefusesMutantsOfJson() {
		int accepted = new Mutants(JSON).read(700, "structure.json",
				(mutant) -> assertThat(names(load("structure.json", mutant))).isEqualTo(jsonNames(mutant)));
		assertThat(accepted).isBetween(1, 699);
	}

	@Test
	void readsOrRefusesMutantsOfSchemas() throws Exception {
		Path file = this.folder.resolve("users.schema.json");
		byte[] definition = "collections: { users: { validator: '%s' } }".formatted(file.toUri())
			.getBytes(StandardCharsets.UTF_8);
		int accepted = new Mutants(SCHEMA).read(800, "users.schema.json", (mutant) -> {
			Files.write(file, mutant);
			Document validator = load("structure.yml", definition).collections().iterator().next().validator();
			BsonDocument written = withoutNotes(BsonDocument.parse(text(mutant))).asDocument();
			assertThat(bson(validator)).isIn(written, new BsonDocument("$jsonSchema", written));
		});
		assertThat(accepted).isBetween(1, 799);
	}

	@Test
	void readsOrRefusesMutantsOfYamlProperties() {
		String inline = "spring.application.name: mutants\ndb-init:\n  mongodb:\n"
				+ YAML.lines().map((line) -> "    " + line + "\n").reduce("", String::concat);
		int accepted = new Mutants(inline).read(600, "application.yml", (mutant) -> inline("application.yml", mutant));
		assertThat(accepted).isBetween(1, 599);
	}

	@Test
	void readsOrRefusesMutantsOfProperties() {
		int accepted = new Mutants(PROPERTIES).read(400, "application.properties",
				(mutant) -> inline("application.properties", mutant));
		assertThat(accepted).isBetween(1, 399);
	}

	private Structure load(String name, byte[] content) throws Exception {
		Files.write(this.folder.resolve(name), content);
		Structure structure = new Structure(new DefaultResourceLoader(), new MockEnvironment());
		structure.load("locations", List.of(this.folder.toUri().toString()));
		return structure;
	}

	private void inline(String name, byte[] content) throws Exception {
		Mutants.environment(this.folder.resolve(name), content).ifPresent((environment) -> {
			DefinitionProperties properties = new DefinitionProperties(environment);
			Structure structure = new Structure(new DefaultResourceLoader(), environment);
			structure.add(properties.read(MongoDbProperties.COLLECTIONS));
		});
	}

	private static Set<String> names(Structure structure) {
		Set<String> names = new TreeSet<>();
		structure.collections()
			.forEach((collection) -> names.add(collection.name() + " " + collection.indexes().size()));
		return names;
	}

	private static Set<String> names(Iterable<Node> documents) {
		Set<String> names = new TreeSet<>();
		for (Node document : documents) {
			Node collections = (document instanceof MappingNode map) ? value(map, "collections") : null;
			if (collections instanceof MappingNode map) {
				for (NodeTuple entry : map.getValue()) {
					Node indexes = (entry.getValueNode() instanceof MappingNode options) ? value(options, "indexes")
							: null;
					int count = (indexes instanceof org.yaml.snakeyaml.nodes.SequenceNode list) ? list.getValue().size()
							: 0;
					names.add(name(((ScalarNode) entry.getKeyNode()).getValue()) + " " + count);
				}
			}
		}
		return names;
	}

	private static Node value(MappingNode map, String key) {
		return map.getValue()
			.stream()
			.filter((entry) -> entry.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key))
			.map(NodeTuple::getValueNode)
			.findFirst()
			.orElse(null);
	}

	private static Iterable<Node> yaml(byte[] content) {
		return new Yaml(new LoaderOptions()).composeAll(new StringReader(text(content)));
	}

	private static Set<String> jsonNames(byte[] content) {
		Set<String> names = new TreeSet<>();
		JsonNode collections = new JsonMapper().readTree(text(content)).path("collections");
		collections.properties()
			.forEach((entry) -> names.add(name(entry.getKey()) + " " + entry.getValue().path("indexes").size()));
		return names;
	}

	private static String name(String key) {
		return key.replaceFirst("^\\[(.*)]$", "$1");
	}

	private static String text(byte[] content) {
		String text = new String(content, StandardCharsets.UTF_8);
		return text.startsWith("\ufeff") ? text.substring(1) : text;
	}

	private static BsonDocument bson(Document document) {
		BsonDocument bson = new BsonDocument();
		new DocumentCodec().encode(new BsonDocumentWriter(bson), document, EncoderContext.builder().build());
		return bson;
	}

	/** Leaves out the notes of a schema, but not what has the same name as a note. */
	private static BsonValue withoutNotes(BsonValue value) {
		if (value.isArray()) {
			return new BsonArray(value.asArray().stream().map(StructureMutantsTests::withoutNotes).toList());
		}
		if (value.isDocument()) {
			BsonDocument document = new BsonDocument();
			value.asDocument().forEach((key, nested) -> {
				if (!Set.of("$schema", "$id", "$comment").contains(key)) {
					document.append(key, withoutNotes(key, nested));
				}
			});
			return document;
		}
		return value;
	}

	private static BsonValue withoutNotes(String keyword, BsonValue value) {
		if (keyword.equals("enum")) {
			return value;
		}
		if (Set.of("properties", "patternProperties", "dependencies").contains(keyword) && value.isDocument()) {
			BsonDocument schemas = new BsonDocument();
			value.asDocument().forEach((name, schema) -> schemas.append(name, withoutNotes(schema)));
			return schemas;
		}
		return withoutNotes(value);
	}

}
