package io.dbinit.mongodb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MongoSeedWriter}.
 */
@RequiresServer
class MongoSeedWriterTests {

	private final MongoDatabase database = MongoDb.client().getDatabase(MongoDb.database());

	private final MongoCollection<BsonDocument> things = this.database.getCollection("things", BsonDocument.class);

	private final MongoSeedWriter writer = new MongoSeedWriter(this.database, Optional.empty());

	@AfterEach
	void drop() {
		this.database.drop();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void everyModeWritesTheSameDocument(Mode mode) {
		String row = """
				{ name: hosts, no: on, 2024: null, empty: {}, none: [], big: 3000000000, price: 10.50,
				  at: 2024-02-03T04:05:06Z, day: 2024-02-03, limits: { "api.v1": 5, "": x }, list: [ { a.b: 1 } ] }
				""";
		assertThat(write(mode, "name", row)).isOne();
		assertThat(documents()).containsExactly(BsonDocument.parse("""
				{ name: 'hosts', no: 'on', '2024': null, empty: {}, none: [], big: { $numberLong: '3000000000' },
				  price: 10.5, at: { $date: '2024-02-03T04:05:06Z' }, day: '2024-02-03',
				  limits: { 'api.v1': 5, '': 'x' }, list: [ { 'a.b': 1 } ] }
				"""));
		assertThat(write(mode, "name", row)).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{ name: a, cdn.example.com: b }             | 'cdn.example.com' has a dot       | ['cdn.example.com']
			{ name: a, $max: 7 }                        | cannot begin with '$'             | [0].$max
			{ name: a, limits: { $max: 7 } }            | cannot begin with '$'             | [0].limits.$max
			{ name: a, "": 7 }                          | a field must have a name          | [0]['']
			{ $oid: 64b7f0c2a1b2c3d4e5f60718 }          | cannot begin with '$'             | [0].$oid
			{ $ref: a, $id: 1, name: a }                | cannot begin with '$'             | [0].$ref
			{ name: a, n: 123456789012345678901234567890 } | has more digits                | [0].n
			{ name: a, list: [ { $numberLong: 1.5 } ] } | wanted a whole number             | [0].list[0].$numberLong
			{ name: a, _id: [ 1 ] }                     | cannot be an '_id'                | [0]._id
			{ name: a, _id: { $regularExpression: { pattern: x } } } | cannot be an '_id'   | [0]._id
			""")
	void refusesInEveryModeWhatCannotBeStored(String row, String problem, String path) {
		for (Mode mode : Mode.values()) {
			SeedData data = data(mode, "name", "{ name: z }", row.strip());
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> this.writer.check(data))
				.withMessageContaining(problem)
				.withMessageContaining(path.replaceFirst("^\\[0]", "[1]"))
				.withMessageContaining("seed.yml] - 2:");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> this.writer.write(data));
		}
		assertThat(documents()).isEmpty();
	}

	@Test
	void onceInsertsBesideExistingDocumentsAndIsResumed() {
		this.things.insertOne(BsonDocument.parse("{ name: 'of the application' }"));
		SeedData data = new SeedData("things", Mode.ONCE, List.of(),
				data(Mode.ONCE, "name", "{ name: a }", "{ name: b }", "{ name: b }").rows());
		assertThat(this.writer.write(data)).isEqualTo(3);
		this.things.deleteOne(BsonDocument.parse("{ name: 'b' }"));
		assertThat(this.writer.write(data)).isOne();
		assertThat(documents()).hasSize(4);
	}

	@Test
	void tellsWhetherDocumentsExist() {
		DefinitionNode admins = new DefinitionReader((value) -> value)
			.read(new ByteArrayResource("{ role: admin, age: { $gt: 17 } }".getBytes(StandardCharsets.UTF_8), "c.yml"))
			.get(0);
		assertThat(this.writer.isEmpty("things", null)).isTrue();
		this.things.insertOne(BsonDocument.parse("{ role: 'admin', age: 17 }"));
		assertThat(this.writer.isEmpty("things", null)).isFalse();
		assertThat(this.writer.isEmpty("things", admins)).isTrue();
		this.things.insertOne(BsonDocument.parse("{ role: 'admin', age: 18 }"));
		assertThat(this.writer.isEmpty("things", admins)).isFalse();
	}

	@Test
	void setsTheIdOnInsertOnly() {
		this.things.insertOne(BsonDocument.parse("{ _id: 7, name: 'a', n: 1 }"));
		assertThat(write(Mode.UPSERT, "name", "{ _id: 1, name: a, n: 2 }", "{ _id: 2, name: b, n: 2 }")).isEqualTo(2);
		assertThat(this.things.find().into(new ArrayList<>())).containsExactlyInAnyOrder(
				BsonDocument.parse("{ _id: 7, name: 'a', n: 2 }"), BsonDocument.parse("{ _id: 2, name: 'b', n: 2 }"));
	}

	@Test
	void theIdCanBeTheKey() {
		for (int i = 0; i < 2; i++) {
			assertThat(write(Mode.UPSERT, "_id", "{ _id: 1, n: 2 }", "{ _id: 2 }", "{ _id: { a: 1 } }"))
				.isEqualTo(3 - 3 * i);
		}
		assertThat(write(Mode.INSERT, "_id", "{ _id: 1, n: 3 }", "{ _id: 3 }")).isOne();
		assertThat(this.things.find().into(new ArrayList<>())).containsExactlyInAnyOrder(
				BsonDocument.parse("{ _id: 1, n: 2 }"), BsonDocument.parse("{ _id: 2 }"),
				BsonDocument.parse("{ _id: { a: 1 } }"), BsonDocument.parse("{ _id: 3 }"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			name   | { name: a }                  | { name: a, n: 1 }
			n      | { n: 1 }                     | { n: 1.0 }
			n      | { n: 1 }                     | { n: { $numberDecimal: 1.00 } }
			o      | { o: { a: 1 } }              | { o: { a: { $numberLong: 1 } } }
			a.b    | { a: { b: x, c: 1 } }        | { a: { b: x, c: 2 } }
			at     | { at: 2024-01-01T00:00:00Z } | { at: { $date: 2024-01-01 } }
			name   | { name: a, _id: 1 }          | { name: b, _id: 1.0 }
			""")
	void refusesARowTwice(String key, String row, String other) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> write(Mode.UPSERT, key, row, "{ name: z, n: 9, o: 9, a: { b: 9 }, at: 9 }", other))
			.withMessageContaining("seed.yml] - 1:")
			.withMessageContaining("seed.yml] - 3:")
			.withMessageContaining("has the same");
	}

	@Test
	void tellsTextsFromNumbers() {
		assertThat(write(Mode.INSERT, "n", "{ n: 1 }", "{ n: '1' }", "{ n: .nan }", "{ n: .inf }")).isEqualTo(4);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			name     | { name: null }                                | there is no value of the key 'name'
			name     | { n: 1 }                                      | there is no value of the key 'name'
			a.b      | { a: [ { b: 1 } ] }                           | there is no value of the key 'a.b'
			name     | { name: { $regularExpression: { pattern: a } } } | there is no value of the key 'name'
			a, a.b   | { a: { b: 1 } }                               | is a part of 'a'
			_id.a    | { _id: { a: 1 } }                             | is a part of an '_id'
			""")
	void refusesAKeyThatFindsNoDocument(String key, String row, String problem) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(Mode.UPSERT, key, row))
			.withMessageContaining(problem);
	}

	@Test
	void namesTheRowThatTheServerRefuses() {
		this.things.createIndex(Indexes.ascending("email"), new IndexOptions().unique(true).name("one_email"));
		this.things.insertOne(BsonDocument.parse("{ _id: 7, name: 'z', email: 'secret' }"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> write(Mode.INSERT, "name", "{ name: a, email: other }", "{ name: b, email: secret }"))
			.withMessageContaining("'things' refuses the row at '[1]'")
			.withMessageContaining("seed.yml] - 2:")
			.withMessageContaining("in the unique index 'one_email'")
			.withMessageNotContaining("secret");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> write(Mode.UPSERT, "name", "{ name: c, _id: 7 }"))
			.withMessageContaining("in the unique index '_id_'");
	}

	@ParameterizedTest
	@CsvSource({ "system.views", "a$b", ".a", "_system_init", "''" })
	void refusesTheNameOfACollection(String name) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> this.writer.check(new SeedData(name, Mode.IF_EMPTY, List.of(), List.of())))
			.withMessageContaining("'" + name + "' cannot be the name of a collection");
	}

	@Test
	void namesTheRowOfJavaWithAValueThatCannotBeStored() {
		SeedData data = new SeedData("things", Mode.IF_EMPTY, List.of(),
				List.of(new Row("line 7", Map.of("thread", Thread.currentThread()))));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> this.writer.check(data))
			.withMessageContaining("Invalid definition at line 7: a Thread cannot be stored");
	}

	@Test
	void updatesOnlyTheNamedFieldsAndTouchesAnotherOnChange() {
		write(Mode.INSERT, "name", "{ name: a, price: 1, note: mine }");
		SeedData all = data(Mode.UPSERT, "name", "{ name: a, price: 2, note: yours }", "{ name: b, price: 3 }");
		SeedData data = new SeedData("things", Mode.UPSERT, all.key(), all.rows(), List.of("price"), "changed_at",
				null);
		assertThat(this.writer.write(data)).isEqualTo(2);
		BsonDocument first = documents().get(0);
		assertThat(first.getNumber("price").intValue()).isEqualTo(2);
		assertThat(first.getString("note").getValue()).isEqualTo("mine");
		assertThat(first.isDateTime("changed_at")).isTrue();
		assertThat(documents().get(1)).doesNotContainKey("changed_at");
		assertThat(this.writer.write(data)).isZero();
		assertThat(documents().get(0).get("changed_at")).isEqualTo(first.get("changed_at"));
	}

	private int write(Mode mode, String key, String... rows) {
		return this.writer.write(data(mode, key, rows));
	}

	private static SeedData data(Mode mode, String key, String... rows) {
		String text = "- " + String.join("\n- ", Arrays.stream(rows).map((row) -> row.replace("\n", " ")).toList());
		DefinitionNode list = new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "seed.yml"))
			.get(0);
		return new SeedData("things", mode, List.of(key.split(", *")),
				list.elements()
					.stream()
					.map((row) -> new Row(row.where(), new LinkedHashMap<>(row.entries())))
					.toList());
	}

	private List<BsonDocument> documents() {
		List<BsonDocument> documents = this.things.find().into(new ArrayList<>());
		documents.forEach((document) -> document.remove("_id"));
		return documents;
	}

}
