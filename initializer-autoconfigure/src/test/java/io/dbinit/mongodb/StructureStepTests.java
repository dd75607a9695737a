package io.dbinit.mongodb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Plan;
import io.dbinit.PlannedChange;
import io.dbinit.PlannedChange.Risk;
import io.dbinit.Report;
import io.dbinit.Report.State;
import io.dbinit.lock.LockOptions;
import io.dbinit.mongodb.MongoDbProperties.OnIndexConflict;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.MongoDb.Ability;
import io.dbinit.testing.RequiresServer;
import io.dbinit.structure.VerifyStep;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link StructureStep} and {@link StructureCheck}: the commands that are sent,
 * whatever the server makes of them, and what it holds afterwards.
 */
@RequiresServer
class StructureStepTests {

	private static final Set<String> COMMANDS = Set.of("create", "createIndexes", "collMod", "dropIndexes", "drop",
			"listCollections", "listIndexes");

	private static final Set<String> OF_DRIVER = Set.of("$db", "lsid", "$clusterTime", "txnNumber", "cursor",
			"$readPreference", "maxTimeMS");

	private final String database = MongoDb.database();

	private final MongoDatabase there = MongoDb.client().getDatabase(this.database);

	private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();

	private OnIndexConflict onIndexConflict = OnIndexConflict.FAIL;

	@TempDir
	private Path folder;

	@AfterEach
	void drop() {
		MongoDb.drop(this.there);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					email | {key: {email: 1}, name: "email_1"}
					-created_at | {key: {created_at: -1}, name: "created_at_-1"}
					"user_id, -created_at" | {key: {user_id: 1, created_at: -1}, name: "user_id_1_created_at_-1"}
					{ keys: email, unique: true } | {key: {email: 1}, name: "email_1", unique: true}
					{ keys: oauth.google_id, unique: true, sparse: true } | {key: {"oauth.google_id": 1}, name: "oauth.google_id_1", unique: true, sparse: true}
					{ keys: a, partial: { b.c: { $gt: 5 } } } | {key: {a: 1}, name: "a_1", partialFilterExpression: {"b.c": {$gt: 5}}}
					{ keys: created_at, expire-after: 365d } | {key: {created_at: 1}, name: "created_at_1", expireAfterSeconds: 31536000}
					{ keys: expires_at, expire-after: 0s } | {key: {expires_at: 1}, name: "expires_at_1", expireAfterSeconds: 0}
					{ text: { content.text: 10, content.title: 5 }, default-language: english } | {key: {"content.text": "text", "content.title": "text"}, name: "content.text_text_content.title_text", weights: {"content.text": 10, "content.title": 5}, default_language: "english"}
					{ text: a, default-language: german, language-override: lang } | {key: {a: "text"}, name: "a_text", weights: {a: 1}, default_language: "german", language_override: "lang"}
					user_id hashed | {key: {user_id: "hashed"}, name: "user_id_hashed"}
					place 2dsphere | {key: {place: "2dsphere"}, name: "place_2dsphere"}
					$** | {key: {"$**": 1}, name: "$**_1"}
					attributes.$** | {key: {"attributes.$**": 1}, name: "attributes.$**_1"}
					{ keys: $**, wildcard-projection: { secret: 0 } } | {key: {"$**": 1}, name: "$**_1", wildcardProjection: {secret: 0}}
					{ keys: name, collation: { locale: de, strength: 2 } } | {key: {name: 1}, name: "name_1", collation: {locale: "de", strength: 2}}
					{ keys: status, hidden: true } | {key: {status: 1}, name: "status_1", hidden: true}
					{ keys: a, name: own } | {key: {a: 1}, name: "own"}
					""")
	void sendsEachKindOfIndex(String notation, String index) {
		try {
			run("collections:\n  users:\n    indexes:\n    - " + notation + "\n");
		}
		catch (InitializationException ex) {
			// Not every server takes every index; what counts here is what it was sent
		}
		// As text, since the order of keys counts
		assertThat(sent("createIndexes").get(0).toJson())
			.isEqualTo(BsonDocument.parse("{createIndexes: 'users', indexes: [" + index + "]}").toJson());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{ validator: { required: [ a ] } } | {create: "c", validator: {$jsonSchema: {required: ["a"]}}, validationLevel: "strict", validationAction: "error"}
					{ validator: { required: [ a ] }, validation-level: moderate, validation-action: warn } | {create: "c", validator: {$jsonSchema: {required: ["a"]}}, validationLevel: "moderate", validationAction: "warn"}
					{ capped: true, size: 1MB, max: 100 } | {create: "c", capped: true, size: 1048576, max: 100}
					{ time-series: { time-field: at, meta-field: sensor, granularity: minutes, expire-after: 1d } } | {create: "c", timeseries: {timeField: "at", metaField: "sensor", granularity: "minutes"}, expireAfterSeconds: 86400}
					{} | {create: "c"}
					""")
	void sendsEachKindOfCollection(String notation, String command) {
		try {
			run("collections:\n  c: " + notation + "\n");
		}
		catch (InitializationException ex) {
			// Not every server takes every collection; what counts here is what it was
			// sent
		}
		assertThat(sent("create").get(0)).isEqualTo(BsonDocument.parse(command));
	}

	@Test
	void needsFewRoundTrips() {
		run("collections: { a: { indexes: [ x, -y ] }, b: { indexes: [ z ] }, c: }");
		assertThat(names()).containsExactly("listCollections", "create", "createIndexes", "create", "createIndexes",
				"create", "listCollections", "listIndexes", "listIndexes");
		assertThat(sent("createIndexes").get(0).getArray("indexes")).hasSize(2);
	}

	@Test
	void reportsEachChange() {
		Report report = run("collections: { a: { indexes: [ x, -y ] }, c: }");
		assertThat(report.databases().get(0).steps().get(0).changeTexts()).containsExactly("create collection 'a'",
				"create indexes 'x_1', 'y_-1' on 'a'", "create collection 'c'");
	}

	@Test
	void asksOnceWhenNothingHasChanged() {
		run("collections: { a: { indexes: [ x ] } }");
		this.commands.clear();
		assertThat(run("collections: { a: { indexes: [ x ] } }").state()).isEqualTo(State.COMPLETE);
		assertThat(this.commands).isEmpty();
	}

	@Test
	void leavesAloneWhatIsNotDeclared() {
		this.there.getCollection("other").createIndex(new Document("x", 1));
		this.there.getCollection("users").createIndex(new Document("mine", 1));
		run("collections: { users: { indexes: [ email ] } }");
		assertThat(indexes("users")).containsExactlyInAnyOrder("_id_", "mine_1", "email_1");
		assertThat(indexes("other")).containsExactlyInAnyOrder("_id_", "x_1");
		assertThat(names()).doesNotContain("drop", "dropIndexes", "collMod");
	}

	@Test
	void findsEveryKindOfIndexAsItWasCreated() {
		List<String> notations = new ArrayList<>(
				List.of("email", "-created_at", "\"user_id, -created_at\"", "{ keys: u, unique: true, sparse: true }",
						"{ keys: p, partial: { b.c: { $gt: 5 } } }", "{ keys: t, expire-after: 7d }",
						"{ keys: t0, expire-after: 0s }", "h hashed", "place 2dsphere", "{ keys: o, name: own }"));
		if (MongoDb.can(Ability.TEXT_INDEXES)) {
			notations.add("{ text: { content.text: 10, content.title: 5 }, default-language: english }");
		}
		if (MongoDb.can(Ability.WILDCARD_INDEXES)) {
			notations.add("{ keys: $**, wildcard-projection: { secret: 0 } }");
			notations.add("attributes.$**");
		}
		if (MongoDb.can(Ability.COLLATIONS)) {
			notations.add("{ keys: l, collation: { locale: de, strength: 2 } }");
		}
		if (MongoDb.can(Ability.HIDDEN_INDEXES)) {
			notations.add("{ keys: v, hidden: true }");
		}
		String definition = "collections:\n  all:\n    indexes:\n    - " + String.join("\n    - ", notations) + "\n";
		assertThat(run(definition).databases().get(0).mismatches()).isEmpty();
		this.commands.clear();
		assertThat(run(definition + "  another:\n").state()).isEqualTo(State.COMPLETE);
		assertThat(names()).containsExactly("listCollections", "listIndexes", "create", "listCollections",
				"listIndexes");
	}

	@Test
	void changesExpiryInPlace() {
		this.there.runCommand(BsonDocument
			.parse("{createIndexes: 'a', indexes: [{key: {at: 1}, name: 'mine', expireAfterSeconds: 60}]}"));
		runOrFail("collections: { a: { indexes: [ { keys: at, expire-after: 7d } ] } }");
		assertThat(sent("collMod").get(0))
			.isEqualTo(BsonDocument.parse("{collMod: 'a', index: {name: 'mine', expireAfterSeconds: 604800}}"));
		if (MongoDb.can(Ability.COLL_MOD)) {
			assertThat(index("a", "mine").get("expireAfterSeconds", Number.class).intValue()).isEqualTo(604800);
		}
	}

	@Test
	void hidesInPlace() {
		this.there.getCollection("a").createIndex(new Document("at", 1));
		runOrFail("collections: { a: { indexes: [ { keys: at, hidden: true } ] } }");
		assertThat(sent("collMod").get(0))
			.isEqualTo(BsonDocument.parse("{collMod: 'a', index: {name: 'at_1', hidden: true}}"));
	}

	@Test
	void changesValidatorInPlace() {
		this.there.createCollection("a");
		runOrFail("collections: { a: { validator: { required: [ x ] }, validation-level: moderate } }");
		assertThat(sent("collMod").get(0)).isEqualTo(BsonDocument.parse("{collMod: 'a', validator: {$jsonSchema: "
				+ "{required: ['x']}}, validationLevel: 'moderate', validationAction: 'error'}"));
	}

	@Test
	void validatesDocuments() {
		MongoDb.assumeCan(Ability.VALIDATORS);
		String definition = "collections: { a: { validator: { properties: { x: { bsonType: %s } } } } }";
		assertThat(run(definition.formatted("string")).databases().get(0).limitations()).isEmpty();
		assertThatExceptionOfType(MongoWriteException.class)
			.isThrownBy(() -> this.there.getCollection("a").insertOne(new Document("x", 1)));
		assertThat(run(definition.formatted("int")).databases().get(0).limitations()).isEmpty();
		this.there.getCollection("a").insertOne(new Document("x", 1));
	}

	@Test
	void reportsValidatorThatTheServerDoesNotKeep() {
		if (!MongoDb.can(Ability.VALIDATORS)) {
			Report report = run("collections: { a: { validator: { bsonType: object } } }");
			assertThat(report.databases().get(0).limitations()).anyMatch((text) -> text.contains("validator of 'a'"));
			assertThat(report.databases().get(0).mismatches()).isEmpty();
		}
	}

	@Test
	void failsOnConflictAndSaysWhatItFound() {
		this.there.runCommand(
				BsonDocument.parse("{createIndexes: 'a', indexes: [{key: {x: 1}, name: 'mine', sparse: true}]}"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run("collections: { a: { indexes: [ { keys: x, unique: true } ] } }"))
			.withMessageContaining("wanted sparse not set, unique true, found sparse true, unique not set")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("structure.yml"));
		assertThat(names()).doesNotContain("dropIndexes");
	}

	@Test
	void failsOnOtherKeysOfTheSameName() {
		this.there.runCommand(BsonDocument.parse("{createIndexes: 'a', indexes: [{key: {y: 1}, name: 'x_1'}]}"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run("collections: { a: { indexes: [ x ] } }"))
			.withMessageContaining("wanted key {\"x\": 1}, found key {\"y\": 1}");
	}

	@Test
	void rebuildsOnConflictIfAsked() {
		this.there.runCommand(
				BsonDocument.parse("{createIndexes: 'a', indexes: [{key: {x: 1}, name: 'mine', sparse: true}]}"));
		this.onIndexConflict = OnIndexConflict.REBUILD;
		run("collections: { a: { indexes: [ { keys: x, unique: true } ] } }");
		assertThat(sent("dropIndexes")).containsExactly(BsonDocument.parse("{dropIndexes: 'a', index: 'mine'}"));
		assertThat(indexes("a")).containsExactlyInAnyOrder("_id_", "x_1");
	}

	@Test
	void namesDuplicates() {
		this.there.getCollection("a")
			.insertMany(List.of(new Document("e", new Document("m", 7)), new Document("e", new Document("m", 7))));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run("collections: { a: { indexes: [ x, { keys: e.m, unique: true } ] } }"))
			.withMessageContaining("'e.m_1'")
			.withMessageContaining("would be violated by 2 documents with {\"e.m\": 7}");
	}

	@Test
	void namesDuplicatesThatHaveNoValue() {
		this.there.getCollection("a").insertMany(List.of(new Document(), new Document()));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run("collections: { a: { indexes: [ { keys: \"e, -f\", unique: true } ] } }"))
			.withMessageContaining("would be violated by 2 documents with {\"e\": null, \"f\": null}");
	}

	@Test
	void failsWhereCollectionIsOfAnotherKind() {
		this.there.createCollection("a");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run("collections: { a: { capped: true, size: 1MB } }"))
			.withMessageContaining("Failed to create collection 'a': wanted {\"capped\": true");
	}

	@Test
	void keepsCappedCollection() {
		MongoDb.assumeCan(Ability.CAPPED_COLLECTIONS);
		run("collections: { a: { capped: true, size: 5000B, max: 3 } }");
		for (int i = 0; i < 5; i++) {
			this.there.getCollection("a").insertOne(new Document());
		}
		assertThat(this.there.getCollection("a").countDocuments()).isEqualTo(3);
	}

	@Test
	void verificationNamesWhatIsMissing() {
		this.there.createCollection("a");
		this.there.runCommand(
				BsonDocument.parse("{createIndexes: 'a', indexes: [{key: {x: 1}, name: 'x_1', sparse: true}]}"));
		this.there.createCollection("user");
		String definition = "collections: { a: { indexes: [ { keys: x, unique: true }, y ] }, users: }";
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> verify(definition))
			.withMessageContaining("index 'x_1' on 'a': wanted sparse not set, unique true, found sparse true")
			.withMessageContaining("index 'y_1' on 'a': wanted")
			.withMessageContaining("collection 'users': wanted to exist, found nothing, but 'user'");
		assertThat(names()).containsOnly("listCollections", "listIndexes");
	}

	@Test
	void sendsTheCommandsThatWerePlanned() {
		run("collections:\n  users:\n    indexes:\n    - email\n");
		this.there.getCollection("users").insertOne(new Document("email", "a").append("at", new Date(0)));
		Structure structure = load(
				"collections:\n  users:\n    indexes:\n    - email\n    - { keys: name, unique: true }\n    - { keys: at, expire-after: 1d }\n  orders:\n    indexes:\n    - number\n");
		UnsupportedParts unsupported = new UnsupportedParts();
		Initializer initializer = initializer(structure,
				Stream.of(new StructureStep(structure, OnIndexConflict.FAIL, unsupported)), unsupported);
		this.commands.clear();
		Report report = initializer.plan();
		assertThat(report.state()).isEqualTo(State.PLANNED);
		assertThat(this.there.listCollectionNames()).doesNotContain("orders");
		List<PlannedChange> planned = report.databases().get(0).plan().get("collections");
		assertThat(planned.stream().flatMap((change) -> change.warnings().stream()))
			.extracting(PlannedChange.Warning::risk)
			.containsExactly(Risk.MAY_FAIL, Risk.DATA_LOSS);
		this.commands.clear();
		initializer.run();
		assertThat(this.commands.stream().filter((command) -> !command.getFirstKey().startsWith("list")).toList())
			.isEqualTo(planned.stream()
				.flatMap((change) -> change.statements().stream())
				.map(BsonDocument::parse)
				.toList());
	}

	private Report run(String definition) {
		Structure structure = load(definition);
		UnsupportedParts unsupported = new UnsupportedParts();
		return run(structure, Stream.of(new StructureStep(structure, this.onIndexConflict, unsupported)), unsupported);
	}

	private Report verify(String definition) {
		return run(load(definition), Stream.empty(), new UnsupportedParts());
	}

	/**
	 * For changes in place, which not every server can make.
	 */
	private void runOrFail(String definition) {
		try {
			run(definition);
		}
		catch (InitializationException ex) {
			assertThat(MongoDb.can(Ability.COLL_MOD) && MongoDb.can(Ability.WHOLE_JSON_SCHEMA)).as(ex.getMessage())
				.isFalse();
		}
	}

	private Report run(Structure structure, Stream<StructureStep> steps, UnsupportedParts unsupported) {
		return initializer(structure, steps, unsupported).run();
	}

	private Initializer initializer(Structure structure, Stream<StructureStep> steps, UnsupportedParts unsupported) {
		CommandListener listener = new CommandListener() {

			@Override
			public void commandStarted(CommandStartedEvent event) {
				if (COMMANDS.contains(event.getCommandName())) {
					BsonDocument command = BsonDocument.parse(event.getCommand().toJson());
					OF_DRIVER.forEach(command::remove);
					StructureStepTests.this.commands.add(command);
				}
			}

		};
		MongoClientSettings watched = MongoClientSettings.builder(MongoDb.settings())
			.addCommandListener(listener)
			.build();
		MongoDbDatabase store = new MongoDbDatabase("mongodb", MongoDb.client(), watched, this.database);
		Plan.Builder plan = Plan.builder(Environment.of("test")).database(store);
		steps.forEach((step) -> plan.step("mongodb", step));
		plan.step("mongodb", new VerifyStep("verify collections", List.of(new StructureCheck(structure, unsupported))));
		InitializerOptions options = new InitializerOptions("host", "app",
				new InitializerOptions.Wait(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(100),
						Duration.ofSeconds(1), 2),
				new LockOptions(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(100)));
		return new Initializer(plan.build(), options, List.of(), Clock.systemUTC());
	}

	private Structure load(String definition) {
		try {
			Files.writeString(this.folder.resolve("structure.yml"), definition);
		}
		catch (java.io.IOException ex) {
			throw new IllegalStateException(ex);
		}
		Structure structure = new Structure(new DefaultResourceLoader(), new MockEnvironment());
		structure.load("locations", List.of(this.folder.toUri().toString()));
		return structure;
	}

	private List<String> names() {
		return this.commands.stream().map(BsonDocument::getFirstKey).toList();
	}

	private List<BsonDocument> sent(String name) {
		return this.commands.stream().filter((command) -> command.getFirstKey().equals(name)).toList();
	}

	private List<String> indexes(String collection) {
		return this.there.getCollection(collection)
			.listIndexes()
			.map((index) -> index.getString("name"))
			.into(new ArrayList<>());
	}

	private Document index(String collection, String name) {
		return this.there.getCollection(collection)
			.listIndexes()
			.into(new ArrayList<>())
			.stream()
			.filter((index) -> name.equals(index.getString("name")))
			.findFirst()
			.orElseThrow();
	}

}
