package io.dbinit.testing;

import com.mongodb.ConnectionString;
import io.dbinit.testing.MongoDb.Ability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MongoDb}, which name what the server of the tests cannot do.
 */
@RequiresServer
class MongoDbTests {

	@Test
	void connectsToDatabase() {
		ConnectionString uri = new ConnectionString(MongoDb.uri("some"));
		assertThat(uri.getDatabase()).isEqualTo("some");
		assertThat(uri.getHosts())
			.isEqualTo(MongoDb.settings().getClusterSettings().getHosts().stream().map(Object::toString).toList());
	}

	@ParameterizedTest
	@EnumSource
	void can(Ability ability) {
		MongoDb.assumeCan(ability);
	}

}
