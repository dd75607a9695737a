package io.dbinit.mongodb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.mongodb.StructureDiff.Difference;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StructureDiff}, with the replies of {@code listCollections} and
 * {@code listIndexes} that MongoDB documents.
 */
class StructureDiffTests {

	private static final String ID = "{ v: 2, key: { _id: 1 }, name: '_id_' }";

	@TempDir
	private Path folder;

	@Test
	void collectionThatDoesNotExist() {
		assertThat(differences("users: { indexes: [ email ] }", Map.of("user", collection("{}"))))
			.containsExactly("MISSING_COLLECTION collection 'users': wanted to exist, found nothing, but 'user'");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-",
			textBlock = """
					a | { v: 2, key: { a: 1 }, name: 'a_1' } | -
					a | { v: 2, key: { a: 1 }, name: 'other' } | -
					a | { v: 1, key: { a: 1.0 }, name: 'a_1', ns: 'db.c', background: true, safe: null } | -
					a | { v: 1, key: { a: 1 }, name: 'a_1', safe: true, dropDups: true, unique: null, sparse: 0 } | -
					a | { v: 2, key: { a: 5 }, name: 'a_5' } | -
					-a | { v: 2, key: { a: -1.0 }, name: 'a_-1' } | -
					{ keys: a, unique: true } | { v: 1, key: { a: 1 }, name: 'a_1', unique: 1, dropDups: false } | -
					{ keys: a, expire-after: 1h } | { key: { a: 1 }, name: 'a_1', expireAfterSeconds: 3600.0 } | -
					{ text: x } | { key: { _fts: 'text', _ftsx: 1 }, name: 'x', weights: { x: 1.0 }, default_language: 'english', language_override: 'language', textIndexVersion: 1 } | -
					place 2dsphere | { key: { place: '2dsphere' }, name: 'p', '2dsphereIndexVersion': 1 } | -
					place 2d | { key: { place: '2d' }, name: 'p', bits: 26, min: -180, max: 180 } | -
					{ keys: a, partial: { b: { $gt: 5 } } } | { key: { a: 1 }, name: 'a_1', partialFilterExpression: { b: { $gt: 5.0 } } } | -
					{ keys: a, partial: { b: null } } | { key: { a: 1 }, name: 'a_1', partialFilterExpression: { b: null } } | -
					a | { key: { a: 1 }, name: 'other', sparse: true } | CONFLICTING_INDEX index 'a_1' on 'c': wanted sparse not set, found sparse true
					a | { key: { a: 1 }, name: 'other', hidden: true } | CHANGEABLE_INDEX index 'a_1' on 'c': wanted hidden not set, found hidden true
					{ keys: a, expire-after: 2h } | { key: { a: 1 }, name: 'o', expireAfterSeconds: 3600 } | CHANGEABLE_INDEX index 'a_1' on 'c': wanted expireAfterSeconds 7200, found expireAfterSeconds 3600
					a | { key: { b: 1 }, name: 'a_1' } | CONFLICTING_INDEX index 'a_1' on 'c': wanted key {"a": 1}, found key {"b": 1}
					a | { key: { a: 1 }, name: 'x', partialFilterExpression: { b: 1 } } | MISSING_INDEX index 'a_1' on 'c': wanted {"key": {"a": 1}, "name": "a_1"}, found nothing
					{ keys: a, partial: { b: 2 } } | { key: { a: 1 }, name: 'a_1', partialFilterExpression: { b: 1 } } | CONFLICTING_INDEX index 'a_1' on 'c': wanted partialFilterExpression {"b": 2}, found partialFilterExpression {"b": 1}
					a | { key: { a: -1 }, name: 'a_-1' } | MISSING_INDEX index 'a_1' on 'c': wanted {"key": {"a": 1}, "name": "a_1"}, found nothing
					""")
	void index(String declared, String existing, String difference) {
		assertDifference("c: { indexes: [ %s ] }".formatted(declared), collection("{}", ID, existing), difference);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-",
			textBlock = """
					{ locale: 'en', strength: 2 } | a | { locale: 'en', caseLevel: false, strength: 2, numericOrdering: false, maxVariable: 'punct', version: '57.1' } | -
					{ locale: 'en', strength: 2 } | { keys: a, collation: { locale: simple } } | - | -
					{ locale: 'en', strength: 2 } | { keys: a, collation: { locale: de } } | { locale: 'de', caseLevel: false, caseFirst: 'off', strength: 3, version: '57.1' } | -
					{ locale: 'en', strength: 2 } | { keys: a, collation: { locale: de } } | - | MISSING_INDEX
					- | { keys: a, collation: { locale: en } } | { locale: 'en', strength: 3, caseLevel: false } | -
					- | { keys: a, collation: { locale: en, strength: 2 } } | { locale: 'en', strength: 2, caseLevel: false } | -
					- | { keys: a, collation: { locale: en } } | { locale: 'en', strength: 2, caseLevel: false } | MISSING_INDEX
					- | a | { locale: 'en', strength: 2 } | MISSING_INDEX
					- | { keys: a, collation: { locale: da } } | { locale: 'da', strength: 3, caseFirst: 'upper' } | -
					""")
	void indexWithCollation(String ofCollection, String declared, String ofIndex, String kind) {
		Document index = Document.parse("{ key: { a: 1 }, name: 'other' }");
		if (ofIndex != null) {
			index.append("collation", Document.parse(ofIndex));
		}
		String options = (ofCollection != null) ? "{ collation: " + ofCollection + " }" : "{}";
		List<String> differences = differences("c: { indexes: [ %s ] }".formatted(declared),
				Map.of("c", collection(options, ID, index.toJson())));
		assertThat(differences).hasSize((kind != null) ? 1 : 0).allMatch((text) -> text.startsWith(kind));
	}

	@Test
	void textIndexHasNoCollation() {
		assertDifference("c: { indexes: [ { text: x } ] }", collection("{ collation: { locale: 'en' } }", ID,
				"{ key: { _fts: 'text', _ftsx: 1 }, name: 'x', weights: { x: 1 }, default_language: 'english' }"),
				null);
	}

	@Test
	void indexesThatDifferInTheirFilterAreTwo() {
		String declared = """
				c: { indexes: [ { keys: "user_id, plan", unique: true, name: one_active, partial: { status: active } },
				                { keys: "user_id, plan", unique: true, name: one_trial, partial: { status: trial } } ] }""";
		String active = "{ key: { user_id: 1, plan: 1 }, name: 'one_active', unique: true, "
				+ "partialFilterExpression: { status: 'active' } }";
		String trial = "{ key: { user_id: 1, plan: 1 }, name: 'adopted', unique: true, "
				+ "partialFilterExpression: { status: 'trial' } }";
		assertDifference(declared, collection("{}", ID, active, trial), null);
		assertThat(differences(declared, Map.of("c", collection("{}", ID, active)))).singleElement()
			.asString()
			.startsWith("MISSING_INDEX index 'one_trial'");
	}

	@Test
	void indexesThatDifferInUniqueOrSparseAreTwo() {
		String declared = "c: { indexes: [ a, { keys: a, name: u, unique: true }, { keys: a, name: s, sparse: true } ] }";
		String plain = "{ key: { a: 1 }, name: 'x' }";
		String unique = "{ key: { a: 1 }, name: 'y', unique: true }";
		assertDifference(declared, collection("{}", ID, unique, "{ key: { a: 1 }, name: 's', sparse: true }", plain),
				null);
		assertThat(differences(declared, Map.of("c", collection("{}", ID, unique, plain)))).singleElement()
			.asString()
			.startsWith("MISSING_INDEX index 's'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a, a", "a, { keys: a, hidden: true, name: h }",
			"a, { keys: a, expire-after: 1d, name: e }", "a, { keys: b, name: a_1 }", "{ text: a }, { text: b }",
			"{ keys: a, partial: { b: 1 } }, { keys: a, partial: { b: 1 }, name: other }" })
	void indexesThatCannotBeTwoAreRefused(String indexes) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> differences("c: { indexes: [ %s ] }".formatted(indexes), Map.of()))
			.withMessageContaining("structure.yml");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-",
			textBlock = """
					{ capped: true, size: 1MB, max: 1000 } | { capped: true, size: 1048576, max: 1000 } | -
					{ capped: true, size: 1000B } | { capped: true, size: 1024 } | -
					{ capped: true, size: 1000B } | { capped: true, size: 4096 } | -
					{ capped: true, size: 5000B } | { capped: true, size: 5120 } | -
					{ capped: true, size: 5000B } | { capped: true, size: 5376 } | "size": 5376
					{ capped: true, size: 1MB } | { capped: true, size: 1048831 } | "size": 1048831
					{ capped: true, size: 1MB, max: 1000 } | { capped: true, size: 1048576, max: 1200 } | "max": 1200
					{ capped: true, size: 1MB, max: 1000 } | { capped: true, size: 1048576 } | "size": 1048576
					{ capped: true, size: 1MB } | {} | a collection that is not capped
					{ indexes: [] } | { timeseries: { timeField: 'at' } } | a time-series collection
					{ time-series: { time-field: at } } | {} | a collection that is no time series
					{ time-series: { time-field: at } } | { timeseries: { timeField: 'ts' } } | "timeField": "ts"
					{ time-series: { time-field: at } } | { timeseries: { timeField: 'at', granularity: 'seconds', bucketMaxSpanSeconds: 3600 } } | -
					""")
	void kind(String declared, String options, String found) {
		List<String> differences = differences("c: " + declared, Map.of("c", collection(options)));
		assertThat(differences).hasSize((found != null) ? 1 : 0)
			.allMatch((text) -> text.startsWith("OTHER_KIND collection 'c': wanted ") && text.contains(found));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			90d | 300 | EXPIRY collection 'c': wanted expireAfterSeconds 7776000, found expireAfterSeconds 300
			100s | 300 | EXPIRY collection 'c': wanted expireAfterSeconds 100, found expireAfterSeconds 300
			- | 300 | EXPIRY collection 'c': wanted expireAfterSeconds not set, found expireAfterSeconds 300
			100s | - | EXPIRY collection 'c': wanted expireAfterSeconds 100, found expireAfterSeconds not set
			5m | 300 | -
			""")
	void expiryOfTimeSeries(String declared, String existing, String difference) {
		String expiry = (declared != null) ? ", expire-after: " + declared : "";
		Document options = Document.parse("{ timeseries: { timeField: 'at' } }");
		if (existing != null) {
			options.append("expireAfterSeconds", Long.valueOf(existing));
		}
		assertDifference("c: { time-series: { time-field: at%s } }".formatted(expiry),
				new ActualCollection("c", "timeseries", options, List.of()), difference);
	}

	@Test
	void viewIsNoCollection() {
		ActualCollection view = new ActualCollection("c", "view", Document.parse("{ viewOn: 'users', pipeline: [] }"),
				List.of());
		assertDifference("c: { indexes: [ a ] }", view,
				"OTHER_KIND collection 'c': wanted a collection, found a view on 'users'");
		assertDifference("c: { time-series: { time-field: at } }", view,
				"OTHER_KIND collection 'c': wanted a time-series collection, found a view on 'users'");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-",
			textBlock = """
					{ validator: { required: [ a ] } } | { validator: { $jsonSchema: { required: [ 'a' ] } } } | -
					{ validator: { maxProperties: 5 } } | { validator: { $jsonSchema: { maxProperties: 5.0 } }, validationLevel: 'strict', validationAction: 'error' } | -
					{ validator: { required: [ a ] } } | {} | found nothing
					{ validator: { required: [ a ] } } | { validator: { $jsonSchema: { required: [ 'a' ] } }, validationAction: 'warn' } | "validationAction": "warn"
					{ indexes: [] } | { validator: { a: 1 } } | -
					""")
	void validator(String declared, String options, String found) {
		List<String> differences = differences("c: " + declared, Map.of("c", collection(options)));
		assertThat(differences).hasSize((found != null) ? 1 : 0)
			.allMatch((text) -> text.startsWith("VALIDATOR validator of 'c': wanted ") && text.contains(found));
	}

	private void assertDifference(String declared, ActualCollection actual, String difference) {
		assertThat(differences(declared, Map.of("c", actual)))
			.isEqualTo((difference != null) ? List.of(difference) : List.of());
	}

	private List<String> differences(String declared, Map<String, ActualCollection> actual) {
		try {
			Files.writeString(this.folder.resolve("structure.yml"), "collections:\n  " + declared + "\n");
		}
		catch (java.io.IOException ex) {
			throw new IllegalStateException(ex);
		}
		Structure structure = new Structure(new DefaultResourceLoader(), new MockEnvironment());
		structure.load("locations", List.of(this.folder.toUri().toString()));
		List<Difference> differences = StructureDiff.of(structure.collections().iterator().next(),
				new LinkedHashMap<>(actual));
		return differences.stream().map((difference) -> difference.kind() + " " + difference.mismatch()).toList();
	}

	private static ActualCollection collection(String options, String... indexes) {
		return new ActualCollection("c", "collection", Document.parse(options),
				Arrays.stream(indexes).map(Document::parse).toList());
	}

}
