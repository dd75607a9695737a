package io.dbinit.mongodb;

import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link JsonSchema}.
 */
class JsonSchemaTests {

	@Test
	void whatMongoDbUnderstandsIsAccepted() {
		assertThat(JsonSchema.problem(Document.parse("""
				{
				  "bsonType": "object", "title": "Users", "required": ["email"], "additionalProperties": false,
				  "properties": {
				    "email": { "bsonType": "string", "pattern": "@", "minLength": 3 },
				    "role": { "enum": ["user", "admin"] },
				    "title": { "bsonType": ["string", "null"] },
				    "tags": { "bsonType": "array", "items": { "type": "string" }, "uniqueItems": true },
				    "age": { "bsonType": "int", "minimum": 0, "not": { "enum": [7] } }
				  },
				  "anyOf": [{ "required": ["a"] }, { "required": ["b"] }],
				  "dependencies": { "a": ["b"], "c": { "required": ["d"] } }
				}"""))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{ requird: ["a"] }                                   | unknown keyword 'requird', did you mean 'required'?
			{ properties: { a: { bsonTyp: "string" } } }         | unknown keyword 'bsonTyp', did you mean 'bsonType'?
			{ properties: { a: { bsonType: "strng" } } }         | unknown bsonType 'strng', did you mean 'string'?
			{ bsonType: ["object", "nul"] }                      | unknown bsonType 'nul', did you mean 'null'?
			{ type: "int" }                                      | unknown type 'int'
			{ anyOf: [{}, { items: { minLengt: 1 } }] }          | unknown keyword 'minLengt', did you mean 'minLength'?
			{ required: "email" }                                | 'required' cannot be 'email'
			{ required: [] }                                     | 'required' cannot be '[]'
			{ properties: ["a"] }                                | 'properties' cannot be '[a]'
			{ minimum: "1" }                                     | 'minimum' cannot be '1'
			""")
	void whatMongoDbRefusesIsFound(String schema, String text) {
		assertThat(JsonSchema.problem(Document.parse(schema)))
			.hasValueSatisfying((problem) -> assertThat(problem.text()).startsWith(text));
	}

}
