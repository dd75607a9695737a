package io.dbinit.mongodb;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoDatabase;
import io.dbinit.InitializationException;
import io.dbinit.StepContext;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the errors of {@link StructureChanges}, with replies that MongoDB documents.
 */
class StructureChangesTests {

	private static final String PLACE = "'collections.users' (c.yml:3:5)";

	private static final BsonDocument UNAUTHORIZED = BsonDocument
		.parse("{ ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized on app to execute command' }");

	private final List<String> limitations = new ArrayList<>();

	@Test
	void refusedCollectionNamesItsDefinitionAndTheCode() {
		BsonDocument reply = BsonDocument
			.parse("{ ok: 0, code: 72, codeName: 'InvalidOptions', errmsg: 'capped collections need a size' }");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> changes(reply).create(collection(null)))
			.withMessage("Failed to create collection 'users': capped collections need a size (code 72 InvalidOptions)")
			.satisfies((ex) -> assertThat(ex.getAction()).contains(PLACE));
	}

	@Test
	void refusedValidatorNamesItsDefinitionAndTheCode() {
		BsonDocument reply = BsonDocument
			.parse("{ ok: 0, code: 2, codeName: 'BadValue', errmsg: 'unknown operator: $foo' }");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> changes(reply).validate(collection(new Document("$foo", 1))))
			.withMessage("Failed to change the validator of 'users': unknown operator: $foo (code 2 BadValue)")
			.satisfies((ex) -> assertThat(ex.getAction()).contains(PLACE));
		assertThat(this.limitations).isEmpty();
	}

	@Test
	void missingRightsAreNamed() {
		CollectionDefinition collection = collection(new Document("a", 1));
		IndexDefinition index = new IndexDefinition(Document.parse("{ key: { a: 1 }, name: 'a_1' }"), PLACE);
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> changes(UNAUTHORIZED).create(collection))
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Grant the user 'createCollection' on 'users'."));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> changes(UNAUTHORIZED).validate(collection))
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Grant the user 'collMod' on 'users'."));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> changes(UNAUTHORIZED).create(collection, List.of(index)))
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Grant the user 'createIndex' on 'users'."));
	}

	@Test
	void validatorThatTheServerDoesNotSupportIsALimitation() throws Exception {
		BsonDocument reply = BsonDocument
			.parse("{ ok: 0, code: 115, codeName: 'CommandNotSupported', errmsg: 'collMod is not supported' }");
		assertThat(changes(reply).validate(collection(new Document("a", 1)))).isFalse();
		assertThat(this.limitations).singleElement().asString().contains("validator of 'users'");
	}

	private static CollectionDefinition collection(Document validator) {
		return new CollectionDefinition("users", new Document(), validator, "strict", "error", List.of(), PLACE);
	}

	private StructureChanges changes(BsonDocument reply) {
		StepContext context = (StepContext) Proxy.newProxyInstance(StepContext.class.getClassLoader(),
				new Class<?>[] { StepContext.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("change")) {
						((io.dbinit.CheckedRunnable) arguments[1]).run();
					}
					if (method.getName().equals("limitation")) {
						this.limitations.add((String) arguments[0]);
					}
					return null;
				});
		MongoDatabase database = (MongoDatabase) Proxy.newProxyInstance(MongoDatabase.class.getClassLoader(),
				new Class<?>[] { MongoDatabase.class }, (proxy, method, arguments) -> {
					throw new MongoCommandException(reply, new ServerAddress());
				});
		return new StructureChanges(context, database, new UnsupportedParts());
	}

}
