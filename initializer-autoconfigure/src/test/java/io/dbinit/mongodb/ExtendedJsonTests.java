package io.dbinit.mongodb;

import java.nio.charset.StandardCharsets;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ExtendedJson}.
 */
class ExtendedJsonTests {

	private static final JsonWriterSettings CANONICAL = JsonWriterSettings.builder()
		.outputMode(JsonMode.EXTENDED)
		.build();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					null                                        | null
					true                                        | true
					7                                           | {"$numberInt": "7"}
					3000000000                                  | {"$numberLong": "3000000000"}
					1.10                                        | {"$numberDouble": "1.1"}
					1e3                                         | {"$numberDouble": "1000.0"}
					.inf                                        | {"$numberDouble": "Infinity"}
					no                                          | "no"
					'7'                                         | "7"
					02134                                       | "02134"
					2024-02-03                                  | "2024-02-03"
					2024-02-03T04:05:06                         | "2024-02-03T04:05:06"
					2024-02-03T04:05:06.789+01:00               | {"$date": {"$numberLong": "1706929506789"}}
					!!timestamp 2024-02-03                      | {"$date": {"$numberLong": "1706918400000"}}
					!!binary aGk=                               | {"$binary": {"base64": "aGk=", "subType": "00"}}
					{ $oid: 64b7f0c2a1b2c3d4e5f60718 }          | {"$oid": "64b7f0c2a1b2c3d4e5f60718"}
					{ $symbol: a }                              | {"$symbol": "a"}
					{ $numberInt: "7" }                         | {"$numberInt": "7"}
					{ $numberInt: 7 }                           | {"$numberInt": "7"}
					{ $numberLong: "7" }                        | {"$numberLong": "7"}
					{ $numberLong: 7 }                          | {"$numberLong": "7"}
					{ $numberDouble: "1.5" }                    | {"$numberDouble": "1.5"}
					{ $numberDouble: 1 }                        | {"$numberDouble": "1.0"}
					{ $numberDouble: "-Infinity" }              | {"$numberDouble": "-Infinity"}
					{ $numberDouble: NaN }                      | {"$numberDouble": "NaN"}
					{ $numberDecimal: "10.50" }                 | {"$numberDecimal": "10.50"}
					{ $numberDecimal: 10.50 }                   | {"$numberDecimal": "10.50"}
					{ $numberDecimal: 123456789012345678901234567890 } | {"$numberDecimal": "123456789012345678901234567890"}
					{ $binary: { base64: "aGk=", subType: "05" } } | {"$binary": {"base64": "aGk=", "subType": "05"}}
					{ $binary: { base64: "aGk=", subType: 80 } } | {"$binary": {"base64": "aGk=", "subType": "80"}}
					{ $uuid: 73ffd264-44b3-4c69-90e8-e7d1dfc035d4 } | {"$binary": {"base64": "c//SZESzTGmQ6OfR38A11A==", "subType": "04"}}
					{ $code: "f()" }                            | {"$code": "f()"}
					{ $code: "f()", $scope: { a: 1 } }          | {"$code": "f()", "$scope": {"a": {"$numberInt": "1"}}}
					{ $timestamp: { t: 1, i: 4294967295 } }     | {"$timestamp": {"t": 1, "i": 4294967295}}
					{ $regularExpression: { pattern: "^a", options: "mi" } } | {"$regularExpression": {"pattern": "^a", "options": "im"}}
					{ $regularExpression: { pattern: "^a" } }   | {"$regularExpression": {"pattern": "^a", "options": ""}}
					{ $dbPointer: { $ref: a.b, $id: { $oid: 64b7f0c2a1b2c3d4e5f60718 } } } | {"$dbPointer": {"$ref": "a.b", "$id": {"$oid": "64b7f0c2a1b2c3d4e5f60718"}}}
					{ $date: "2024-02-03T04:05:06.789Z" }       | {"$date": {"$numberLong": "1706933106789"}}
					{ $date: 2024-02-03T04:05:06Z }             | {"$date": {"$numberLong": "1706933106000"}}
					{ $date: 2024-02-03 }                       | {"$date": {"$numberLong": "1706918400000"}}
					{ $date: { $numberLong: "-1" } }            | {"$date": {"$numberLong": "-1"}}
					{ $date: { $numberLong: 1706918400000 } }   | {"$date": {"$numberLong": "1706918400000"}}
					{ $date: 1706918400000 }                    | {"$date": {"$numberLong": "1706918400000"}}
					{ $minKey: 1 }                              | {"$minKey": 1}
					{ $maxKey: 1 }                              | {"$maxKey": 1}
					{ $undefined: true }                        | {"$undefined": true}
					{ $ref: c, $id: 1, $db: d }                 | {"$ref": "c", "$id": {"$numberInt": "1"}, "$db": "d"}
					{ no: on, 2024: {}, on: [], y: [{}] }       | {"no": "on", "2024": {}, "on": [], "y": [{}]}
					""")
	void readsEveryForm(String text, String json) {
		String written = new BsonDocument("v", ExtendedJson.data(node(text))).toJson(CANONICAL);
		assertThat(written).isEqualTo("{\"v\": " + json + "}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			123456789012345678901234567890             | 'v' (             | has more digits
			1.23456789012345678901                     | 'v' (             | has more digits
			1e400                                      | 'v' (             | has more digits
			2024-02-03T04:05:06.7891Z                  | 'v' (             | more precise than a millisecond
			{ $oid: x }                                | 'v.$oid' (        | is not an object id
			{ $oid: }                                  | 'v.$oid' (        | has no value
			{ $oid: [] }                               | 'v.$oid' (        | found a list
			{ $numberInt: 3000000000 }                 | 'v.$numberInt' (  | wanted a whole number
			{ $numberLong: 1.5 }                       | 'v.$numberLong' ( | wanted a whole number
			{ $numberDouble: one }                     | 'v.$numberDouble' | is not a double
			{ $numberDouble: 1e400 }                   | 'v.$numberDouble' | is not a double
			{ $numberDecimal: x }                      | 'v.$numberDecimal' | is not a decimal number
			{ $numberDecimal: 12345678901234567890123456789012345.5 } | 'v.$numberDecimal' | is not a decimal number
			{ $binary: { base64: "?" } }               | 'v.$binary.base64' | is not Base64
			{ $binary: { base64: "", subType: xyz } }  | 'v.$binary.subType' | is not a subtype
			{ $binary: { base65: "" } }                | 'v.$binary.base65' | did you mean 'base64'?
			{ $binary: aGk= }                          | 'v.$binary' (     | wanted a map
			{ $uuid: x }                               | 'v.$uuid' (       | is not a UUID
			{ $timestamp: { t: 1 } }                   | 'v.$timestamp' (  | 'i' is missing
			{ $timestamp: { t: -1, i: 1 } }            | 'v.$timestamp.t'  | wanted a whole number
			{ $regularExpression: { pattern: a, options: q } } | 'v.$regularExpression.options' | unknown options
			{ $dbPointer: { $ref: a, $id: 1 } }        | 'v.$dbPointer.$id' | wanted an object id
			{ $date: soon }                            | 'v.$date' (       | is not a date
			{ $date: 2024-02-31 }                      | 'v.$date' (       | is not a date
			{ $date: { $numberLog: 1 } }               | 'v.$date.$numberLog' | did you mean '$numberLong'?
			{ $date: 1, x: 2 }                         | 'v.$date' (       | cannot have other keys
			{ $max: 7 }                                | 'v.$max' (        | a field cannot begin with '$'
			{ a: { $numberlong: 7 } }                  | 'v.a.$numberlong' | did you mean '$numberLong'?
			""")
	void namesThePlaceOfWhatCannotBeStored(String text, String key, String problem) {
		DefinitionNode node = node("\nv: " + text).require("v");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> ExtendedJson.data(node))
			.withMessageContaining(key)
			.withMessageContaining(problem)
			.withMessageContaining("data.yml] - 2:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ $oid: '${pw}' }", "{ $numberInt: '${pw}' }", "{ $numberDouble: '${pw}' }",
			"{ $numberDecimal: '${pw}' }", "{ $uuid: '${pw}' }", "{ $date: '${pw}' }",
			"{ $binary: { base64: '${pw}!' } }", "{ $binary: { base64: '', subType: '${pw}' } }",
			"{ $regularExpression: { pattern: a, options: '${pw}' } }", "{ $timestamp: { t: '${pw}', i: 1 } }" })
	void doesNotShowTheValueOfAPlaceholder(String text) {
		DefinitionNode node = new DefinitionReader((value) -> value.replace("${pw}", "secret"))
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "data.yml"))
			.get(0);
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> ExtendedJson.data(node))
			.withMessageContaining("data.yml")
			.withMessageNotContaining("secret");
	}

	@Test
	void keepsOperatorsOfFilters() {
		assertThat(ExtendedJson
			.filter(node("{ a: { $gt: { $date: 1 }, $in: [null, { $oid: 64b7f0c2a1b2c3d4e5f60718 }] } }")))
			.isEqualTo(BsonDocument.parse(
					"{ a: { $gt: { $date: { $numberLong: '1' } }, $in: [null, { $oid: '64b7f0c2a1b2c3d4e5f60718' }] } }"));
	}

	@Test
	void keepsTheOrderOfFieldsAndElements() {
		BsonDocument document = ExtendedJson.data(node("{ z: 1, a: [b, a], m: !!binary aGk= }")).asDocument();
		assertThat(document.keySet()).containsExactly("z", "a", "m");
		assertThat(document.get("a"))
			.isEqualTo(new BsonArray(java.util.List.of(new BsonString("b"), new BsonString("a"))));
		assertThat(document.get("m")).isEqualTo(new BsonBinary("hi".getBytes(StandardCharsets.UTF_8)));
	}

	private static DefinitionNode node(String text) {
		return new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "data.yml"))
			.get(0);
	}

}
