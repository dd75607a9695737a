package io.dbinit.mongodb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionProperties;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Structure} and of the notation of indexes.
 */
class StructureTests {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					email | {key: {email: 1}, name: "email_1"}
					{ keys: email, unique: true } | {key: {email: 1}, name: "email_1", unique: true}
					{ keys: -created_at } | {key: {created_at: -1}, name: "created_at_-1"}
					{ keys: "user_id, -created_at", name: recent } | {key: {user_id: 1, created_at: -1}, name: "recent"}
					{ keys: oauth.google_id, unique: true, sparse: true } | {key: {"oauth.google_id": 1}, name: "oauth.google_id_1", unique: true, sparse: true}
					{ keys: created_at, expire-after: 7d } | {key: {created_at: 1}, name: "created_at_1", expireAfterSeconds: 604800}
					{ keys: expires_at, expire-after: 0s } | {key: {expires_at: 1}, name: "expires_at_1", expireAfterSeconds: 0}
					{ keys: user_id hashed } | {key: {user_id: "hashed"}, name: "user_id_hashed"}
					{ keys: "place 2dsphere, kind" } | {key: {place: "2dsphere", kind: 1}, name: "place_2dsphere_kind_1"}
					{ keys: $** } | {key: {"$**": 1}, name: "$**_1"}
					{ keys: attributes.$** } | {key: {"attributes.$**": 1}, name: "attributes.$**_1"}
					{ keys: $**, wildcard-projection: { secret: 0 } } | {key: {"$**": 1}, name: "$**_1", wildcardProjection: {secret: 0}}
					{ keys: status, hidden: true } | {key: {status: 1}, name: "status_1", hidden: true}
					{ keys: name, collation: { locale: en, strength: 2 } } | {key: {name: 1}, name: "name_1", collation: {locale: "en", strength: 2}}
					{ keys: email, partial: { user.age: { $gt: 18 } } } | {key: {email: 1}, name: "email_1", partialFilterExpression: {"user.age": {$gt: 18}}}
					{ keys: email, partial: '{"active": true}' } | {key: {email: 1}, name: "email_1", partialFilterExpression: {active: true}}
					{ text: { content.text: 10, content.title: 5 }, default-language: german } | {key: {"content.text": "text", "content.title": "text"}, name: "content.text_text_content.title_text", weights: {"content.text": 10, "content.title": 5}, default_language: "german"}
					{ keys: user_id, text: "a, b" } | {key: {user_id: 1, a: "text", b: "text"}, name: "user_id_1_a_text_b_text", weights: {a: 1, b: 1}, default_language: "english"}
					""")
	void readsTheNotation(String notation, String command) throws Exception {
		Structure structure = load("collections:\n  users:\n    indexes:\n    - " + notation + "\n");
		IndexDefinition index = structure.collections().iterator().next().indexes().get(0);
		assertThat(index.document()).isEqualTo(Document.parse(command));
		assertThat(List.copyOf(index.document().get("key", Document.class).keySet()))
			.isEqualTo(List.copyOf(Document.parse(command).get("key", Document.class).keySet()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{ keys: email, uniqe: true } | unknown key 'uniqe' | did you mean 'unique'?
					{ keys: email hashd } | unknown index type 'hashd' | did you mean 'hashed'?
					{ keys: "a, b", expire-after: 7d } | an index that lets documents expire has exactly one field | [a, b]
					{ keys: a, expire-after: soon } | expire-after | 'soon'
					{ unique: true } | an index needs 'keys' or 'text' | indexes[0]
					{ keys: "a, a" } | field 'a' is given twice | keys
					{ keys: a, partial: "{" } | Unexpected end-of-input | partial
					{ keys: a, partial: 1 } | wanted a map, found '1' | partial
					{ keys: a, partial: [1] } | wanted a map, found a list | partial
					{ keys: a, partial: true } | wanted a map, found 'true' | partial
					{ keys: a, partial: } | has no value | partial
					{ keys: a, partial: { b: { $gtt: 1 } } } | unknown operator '$gtt' | did you mean '$gt'?
					{ keys: a, partial: { $orr: [ { b: 1 } ] } } | unknown operator '$orr' | did you mean '$or'?
					{ keys: a, unique.x: true } | unknown key 'unique.x' | did you mean 'unique'?
					{ keys: a, expire-after.x: 1d } | unknown key 'expire-after.x' | did you mean 'expire-after'?
					{ keys: a, sparse.x: true } | unknown key 'sparse.x' | did you mean 'sparse'?
					{ text: a, default-language: { w: x } } | wanted a single value, found a map | default-language
					{ keys: a, unique: } | has no value | unique
					{ keys: a, unique: ture } | found 'ture', did you mean 'true'? | unique
					{ keys: a, unique: [true] } | wanted a single value, found a list | unique
					{ keys: } | has no value | keys
					{ keys: "a,,b" } | is not a field | keys
					{ keys: "a..b" } | 'a..b' is not the name of a field | keys
					{ keys: $a } | '$a' is not the name of a field | keys
					{ keys: { a: 1 } } | wanted a single value, found a map | keys
					{ keys: a, name: "*" } | cannot be the name of an index | name
					{ keys: created_at, expire-after: 2592000 } | '2592000' has no unit: s, m, h or d | expire-after
					{ keys: created_at, expire-after: "3600" } | '3600' has no unit | 'collections.users.indexes[0].expire-after'
					{ keys: a, collation: { locale: en, strength: 6 } } | wanted a whole number from 1 to 5 | strength
					{ keys: $**, wildcard-projection: { a: 2 } } | wanted 0 or 1 | wildcard-projection.a
					[a] | wanted a map, found a list | indexes[0]
					{ keys: a, collation: { strength: 2 } } | a collation needs a 'locale' | collation
					{ keys: a, default-language: english } | a language is for an index with 'text' | indexes[0]
					{ keys: _id, expire-after: 7d } | documents expire by a date in an ascending or descending field | expire-after
					{ keys: a hashed, expire-after: 7d } | documents expire by a date in an ascending or descending field | expire-after
					{ keys: $**, expire-after: 7d } | documents expire by a date in an ascending or descending field | expire-after
					{ keys: a, expire-after: 1500ms } | is not a number of whole seconds | PT1.5S
					{ keys: a, expire-after: -1s } | is not a number of whole seconds | PT-1S
					{ keys: a hashed, unique: true } | cannot be unique | unique
					{ keys: $**, unique: true } | cannot be unique | unique
					{ keys: a, sparse: true, partial: { b: 1 } } | 'sparse' or 'partial' | sparse
					{ keys: a, wildcard-projection: { b: 1 } } | only an index with the key '$**' has one | wildcard-projection
					{ keys: a, collation: { locale: en, strenght: 2 } } | unknown key 'strenght' | did you mean 'strength'?
					{ text: { a: many } } | the weight of 'a' is 'many' | text
					""")
	void saysWhatIsWrongAndWhere(String notation, String problem, String detail) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  users:\n    indexes:\n    - " + notation + "\n"))
			.withMessageContaining(problem)
			.withMessageContaining(detail)
			.withMessageContaining("structure.yml")
			.withMessageContaining(" - 4:");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{ capped: true } | a capped collection has a 'size'
					{ size: 1MB } | 'size' and 'max' are for a capped collection
					{ time-series: { meta-field: x } } | a collection of measurements needs a 'time-field'
					{ time-series: { time-field: x, granularity: minute } } | did you mean 'minutes'?
					{ valdator: x } | did you mean 'validator'?
					{ capped: true, size: -1MB } | 'collections.users.size'
					{ capped: true, size: 0 } | which is not a size greater than zero
					{ capped: true, size: 1MB, max: -3 } | 'collections.users.max'
					{ capped: } | has no value
					{ time-series: { time-field: at, expire-after: 100 } } | '100' has no unit
					{ time-series: { time-field: at, meta-field: at } } | is the 'time-field'
					{ validation-level: moderate } | there is no 'validator' to which it applies
					{ validator: { $jsonSchma: { required: [a] } } } | unknown operator '$jsonSchma', did you mean '$jsonSchema'?
					{ validator: } | has no value
					{ validator: [1] } | 'collections.users.validator'
					{ indexes: email } | wanted a list, found 'email'
					[a] | wanted a map, found a list
					""")
	void saysWhatIsWrongWithACollection(String notation, String problem) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  users: " + notation + "\n"))
			.withMessageContaining(problem)
			.withMessageContaining("structure.yml")
			.withMessageContaining(" - 2:");
	}

	@ParameterizedTest
	@CsvSource({ "_system_init", "\"[system.users]\"" })
	void refusesNamesThatAreTaken(String name) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  " + name + ":\n"))
			.withMessageContaining("cannot be the name of a collection");
	}

	@Test
	void readsJsonFilesBesideSchemas() throws Exception {
		Files.writeString(this.folder.resolve("users.schema.json"), "{\"bsonType\": \"object\"}");
		Files.writeString(this.folder.resolve("more.json"),
				"{\n\t\"collections\": { \"orders\": { \"indexes\": [ { \"keys\": \"a, -b\" } ] } }\n}");
		assertThat(load("collections: { users: }").collections()).extracting(CollectionDefinition::name)
			.containsExactly("orders", "users");
	}

	@Test
	void refusesTwoIndexesWithTheSameKeys() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections: { users: { indexes: [ email, { keys: email, name: other } ] } }"))
			.withMessageContaining("index 'other' is like index 'email_1'");
	}

	@Test
	void refusesACollectionThatIsDefinedTwice() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections: { users: {} }\n---\ncollections: { users: {} }"))
			.withMessageContaining("collection 'users' is also defined at");
	}

	@Test
	void namesACollectionWithADot() throws Exception {
		assertThat(load("collections:\n  \"[fs.files]\": { indexes: [ filename ] }\n").collections())
			.extracting(CollectionDefinition::name)
			.containsExactly("fs.files");
		assertThat(load("collections:\n  fs.files: { indexes: [ filename ] }\n").collections())
			.extracting(CollectionDefinition::name)
			.containsExactly("fs.files");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			classpath:nowhere.json | there is no file 'classpath:nowhere.json'
			'{"bsonType": ' | Unexpected end-of-input
			'{"bsonType": }' | Unexpected character ('}'
			'{"requird": ["a"]}' | 'collections.users.validator.requird'
			'{"requird": ["a"]}' | the JSON schema is malformed: unknown keyword 'requird', did you mean 'required'?
			""")
	void refusesABadValidator(String validator, String problem) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  users:\n    validator: " + validator + "\n"))
			.withMessageContaining(problem)
			.withMessageContaining("structure.yml")
			.withMessageContaining(" - 3:");
	}

	@Test
	void readsValidators() throws Exception {
		Files.writeString(this.folder.resolve("users.schema.json"), "{\"required\": [\"email\"]}");
		String file = this.folder.resolve("users.schema.json").toUri().toString();
		Document schema = Document.parse("{$jsonSchema: {required: ['email']}}");
		for (String validator : List.of(file, "'{\"required\": [\"email\"]}'", "{ required: [email] }",
				"{ $jsonSchema: { required: [email] } }")) {
			assertThat(load("collections:\n  users:\n    validator: " + validator + "\n").collections())
				.extracting(CollectionDefinition::validator)
				.containsExactly(schema);
		}
	}

	@Test
	void theFingerprintDependsOnTheMeaningOnly() throws Exception {
		String one = load("collections: { a: { indexes: [ x ] }, b: {} }").fingerprint();
		assertThat(load("collections: { b: {} }\n---\ncollections: { a: { indexes: [ { keys: x } ] } }").fingerprint())
			.isEqualTo(one);
		assertThat(load("collections: { a: { indexes: [ -x ] }, b: {} }").fingerprint()).isNotEqualTo(one);
	}

	@Test
	void propertiesAndFilesHaveTheSameNotation() throws Exception {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("db-init.mongodb.collections.users.indexes[0].text.content.text", 10);
		properties.put("db-init.mongodb.collections.users.indexes[0].text.content.title", 5);
		properties.put("db-init.mongodb.collections.users.indexes[1]", "user_id, -created_at");
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		Structure ofProperties = new Structure(new DefaultResourceLoader(), environment);
		ofProperties.add(new DefinitionProperties(environment).read(MongoDbProperties.COLLECTIONS));
		assertThat(ofProperties.fingerprint()).isEqualTo(load("""
				collections:
				  users:
				    indexes:
				    - { text: { content.text: 10, content.title: 5 } }
				    - user_id, -created_at
				""").fingerprint());
	}

	@Test
	void keepsNullsAndEmptyValuesOfAPartialFilter() throws Exception {
		String yaml = """
				collections:
				  users:
				    indexes:
				    - { keys: b, unique: true, partial: { deleted_at: null, no: on, tags: [], o: {}, 2024: 1.5 } }
				""";
		Document filter = new Document("deleted_at", null).append("no", "on")
			.append("tags", List.of())
			.append("o", new Document())
			.append("2024", 1.5);
		assertThat(partial(load(yaml))).isEqualTo(filter);
		Files.delete(this.folder.resolve("structure.yml"));
		Files.writeString(this.folder.resolve("structure.json"), """
				{ "collections": { "users": { "indexes": [ { "keys": "b", "unique": true, "partial":
				  { "deleted_at": null, "no": "on", "tags": [], "o": {}, "2024": 1.5 } } ] } } }""");
		Structure json = new Structure(new DefaultResourceLoader(), new MockEnvironment());
		json.load("locations", List.of(this.folder.toUri().toString()));
		assertThat(partial(json)).isEqualTo(filter);
	}

	private static Object partial(Structure structure) {
		IndexDefinition index = structure.collections().iterator().next().indexes().get(0);
		return index.document().get("partialFilterExpression");
	}

	@Test
	void keepsNamesApart() throws Exception {
		Structure structure = load("""
				collections:
				  userEvents: { indexes: [userId] }
				  user_events: { indexes: [user_id] }
				  user-events:
				  Users: { capped: true, size: 1MB }
				  users:
				  no:
				""");
		assertThat(structure.collections()).extracting(CollectionDefinition::name)
			.containsExactly("Users", "no", "user-events", "userEvents", "user_events", "users");
		assertThat(structure.collections()).extracting(CollectionDefinition::indexes)
			.map((indexes) -> indexes.isEmpty() ? "" : indexes.get(0).name())
			.containsExactly("", "", "", "userId_1", "user_id_1", "");
	}

	@Test
	void convertsTheTypesOfExtendedJson() throws Exception {
		assertThat(partial(
				load("""
						collections:
						  users:
						    indexes:
						    - keys: a
						      partial: { at: { $gt: { $date: 2024-02-03 } }, n: { $numberLong: 7 }, id: { $oid: 64b7f0c2a1b2c3d4e5f60718 } }
						""")))
			.isEqualTo(new Document("at", new Document("$gt", Date.from(Instant.parse("2024-02-03T00:00:00Z"))))
				.append("n", 7L)
				.append("id", new ObjectId("64b7f0c2a1b2c3d4e5f60718")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{}              |
			~~              |
			collections:    |
			collections: {} |
			--- {}          |
			""")
	void aFileMayDefineNothing(String text, String none) throws Exception {
		assertThat(load(text).collections()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			collections: [users, orders] | 'collections' (file [
			colections: { users: }       | unknown key 'colections', did you mean 'collections'?
			[]                           | wanted a map, found a list
			users                        | wanted a map, found 'users'
			null                         | wanted a map, found nothing
			""")
	void aFileIsAMapOfCollections(String text, String problem) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> load(text))
			.withMessageContaining(problem)
			.withMessageContaining("structure.yml] - 1:");
	}

	@Test
	void namesThePlaceInASchemaFile() throws Exception {
		Path file = Files.writeString(this.folder.resolve("users.schema.json"), """
				{
				  "$schema": "http://json-schema.org/draft-04/schema#",
				  "bsonType": "object",
				  "properties": { "name": { "bsonTyp": "string" } }
				}""");
		String validator = "collections: { users: { validator: '" + file.toUri() + "' } }";
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> load(validator))
			.withMessageContaining("'properties.name.bsonTyp' (")
			.withMessageContaining("users.schema.json] - 4:")
			.withMessageContaining("did you mean 'bsonType'?");
		Files.writeString(file, Files.readString(file).replace("bsonTyp\"", "bsonType\""));
		assertThat(load(validator).collections()).extracting(CollectionDefinition::validator)
			.containsExactly(Document
				.parse("{ $jsonSchema: { bsonType: 'object', properties: { name: { bsonType: 'string' } } } }"));
	}

	@Test
	void readsAFilterAsValidator() throws Exception {
		assertThat(load("collections: { users: { validator: { $or: [ { no: null }, { age: { $gte: 18 } } ] } } }")
			.collections()).extracting(CollectionDefinition::validator)
			.containsExactly(Document.parse("{ $or: [ { no: null }, { age: { $gte: 18 } } ] }"));
	}

	private Structure load(String text) throws Exception {
		Files.writeString(this.folder.resolve("structure.yml"), text);
		Structure structure = new Structure(new DefaultResourceLoader(), new MockEnvironment());
		structure.load("locations", List.of(this.folder.toUri().toString()));
		return structure;
	}

}
