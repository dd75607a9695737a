package io.dbinit.mongodb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.autoconfigure.DefinitionBinder;
import org.bson.Document;
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
					{ keys: email, uniqe: true } | Unknown key 'uniqe' | did you mean 'unique'?
					{ keys: email hashd } | unknown index type 'hashd' | did you mean 'hashed'?
					{ keys: "a, b", expire-after: 7d } | an index that lets documents expire has exactly one field | [a, b]
					{ keys: a, expire-after: soon } | expire-after | 'soon'
					{ unique: true } | an index needs 'keys' or 'text' | indexes[0]
					{ keys: "a, a" } | field 'a' stands twice | keys
					{ keys: a, partial: "{" } | is not a JSON object | partial
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
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{ capped: true } | a capped collection has a 'size'
			{ size: 1MB } | 'size' and 'max' are for a capped collection
			{ time-series: { meta-field: x } } | a collection of measurements needs a 'time-field'
			{ time-series: { time-field: x, granularity: minute } } | did you mean 'minutes'?
			{ valdator: x } | did you mean 'validator'?
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
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  fs.files: { indexes: [ filename ] }\n"))
			.withMessageContaining("\"[fs.files]\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					classpath:nowhere.json | there is no file 'classpath:nowhere.json'
					'{"bsonType": ' | the JSON schema is malformed
					'{"bsonType": }' | the JSON schema is malformed
					'{"requird": ["a"]}' | the JSON schema is malformed: unknown keyword 'requird', did you mean 'required'? (line 1
					""")
	void refusesABadValidator(String validator, String problem) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("collections:\n  users:\n    validator: " + validator + "\n"))
			.withMessageContaining(problem)
			.withMessageContaining("structure.yml");
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
		Structure ofProperties = new Structure(new DefaultResourceLoader());
		var definition = new DefinitionBinder(environment, new DefaultResourceLoader()).bind("db-init.mongodb",
				MongoDbProperties.class);
		ofProperties.add(definition, definition.value().collections());
		assertThat(ofProperties.fingerprint()).isEqualTo(load("""
				collections:
				  users:
				    indexes:
				    - { text: { content.text: 10, content.title: 5 } }
				    - user_id, -created_at
				""").fingerprint());
	}

	private Structure load(String text) throws Exception {
		Files.writeString(this.folder.resolve("structure.yml"), text);
		Structure structure = new Structure(new DefaultResourceLoader());
		structure.load(new DefinitionBinder(new MockEnvironment(), new DefaultResourceLoader()),
				List.of(this.folder.toUri().toString()));
		return structure;
	}

}
