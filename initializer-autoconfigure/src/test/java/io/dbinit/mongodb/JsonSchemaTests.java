package io.dbinit.mongodb;

import java.nio.charset.StandardCharsets;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link JsonSchema}.
 */
class JsonSchemaTests {

	@Test
	void whatMongoDbUnderstandsIsAccepted() {
		String schema = """
				{
				  "bsonType": "object", "title": "Users", "required": ["email"], "additionalProperties": false,
				  "properties": {
				    "email": { "bsonType": "string", "pattern": "@", "minLength": 3 },
				    "role": { "enum": ["user", "admin", null] },
				    "title": { "bsonType": ["string", "null"] },
				    "tags": { "bsonType": "array", "items": { "type": "string" }, "uniqueItems": true },
				    "any": { "items": {} }, "pair": { "items": [{}, { "type": "null" }], "additionalItems": false },
				    "age": { "bsonType": "int", "minimum": 0, "exclusiveMinimum": true, "not": { "enum": [7] } },
				    "no": { "multipleOf": 0.01, "maximum": { "$numberDecimal": "99999999999999999999999" } },
				    "nothing": {}
				  },
				  "anyOf": [{ "required": ["a"] }, { "required": ["b"] }],
				  "dependencies": { "a": ["b"], "c": { "required": ["d"] } }
				}""";
		assertThat(JsonSchema.read(node(schema))).isEqualTo(BsonDocument.parse(schema));
	}

	@Test
	void leavesNotesOut() {
		assertThat(JsonSchema.read(node("""
				{ $schema: "http://json-schema.org/draft-04/schema#", $id: users, $comment: x, bsonType: object,
				  properties: { $id: { $comment: y, type: string } } }""")))
			.isEqualTo(BsonDocument.parse("{ bsonType: 'object', properties: { $id: { type: 'string' } } }"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{ requird: ["a"] }                                   | unknown keyword 'requird', did you mean 'required'?
			{ properties: { a: { bsonTyp: "string" } } }         | unknown keyword 'bsonTyp', did you mean 'bsonType'?
			{ properties: { a: { bsonType: "strng" } } }         | unknown bsonType 'strng', did you mean 'string'?
			{ bsonType: ["object", "nul"] }                      | unknown bsonType 'nul', did you mean 'null'?
			{ type: "int" }                                      | unknown type 'int'
			{ bsonType: integer }                                | unknown bsonType 'integer', did you mean 'int'?
			{ anyOf: [{}, { items: { minLengt: 1 } }] }          | unknown keyword 'minLengt', did you mean 'minLength'?
			{ required: "email" }                                | 'required' cannot be 'email'
			{ required: [] }                                     | 'required' cannot be '[]'
			{ required: [a, a] }                                 | 'required' has a value twice
			{ required: [1] }                                    | 'required' cannot be '1'
			{ properties: ["a"] }                                | wanted a map, found a list
			{ properties: { a: string } }                        | wanted a map, found 'string'
			{ minimum: "1" }                                     | 'minimum' cannot be '1'
			{ maximum: 99999999999999999999999 }                 | has more digits than
			{ minLength: -1 }                                    | 'minLength' cannot be '-1'
			{ minLength: 1.5 }                                   | 'minLength' cannot be '1.5'
			{ multipleOf: 0 }                                    | 'multipleOf' cannot be '0'
			{ maximum: .inf }                                    | 'maximum' cannot be 'Infinity'
			{ uniqueItems: "true" }                              | 'uniqueItems' cannot be 'true'
			{ additionalProperties: no }                         | 'additionalProperties' cannot be 'no'
			{ enum: [] }                                         | 'enum' cannot be '[]'
			{ enum: [a, b, a] }                                  | 'enum' has a value twice
			{ enum: [1, 1.0] }                                   | 'enum' has a value twice
			{ type: string, bsonType: string }                   | 'type' and 'bsonType' exclude each other
			{ bsonType: [string, string] }                       | 'bsonType' has a value twice
			{ exclusiveMaximum: true }                           | 'exclusiveMaximum' needs 'maximum'
			{ properties: { a: { $ref: "#/definitions/b" } } }   | MongoDB does not know '$ref'
			{ definitions: {} }                                  | MongoDB does not know 'definitions'
			{ properties: { a: { const: 1 } } }                  | MongoDB does not know 'const'
			{ title: 1 }                                         | 'title' cannot be '1'
			{ bsonType: null }                                   | has no value
			{ not: [] }                                          | wanted a map, found a list
			{ allOf: [1] }                                       | wanted a map, found '1'
			""")
	void whatMongoDbRefusesIsFound(String schema, String text) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> JsonSchema.read(node(schema)))
			.withMessageContaining(text)
			.withMessageContaining("'")
			.withMessageContaining("schema.yml] - 1:");
	}

	private static DefinitionNode node(String text) {
		return new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "schema.yml"))
			.get(0);
	}

}
