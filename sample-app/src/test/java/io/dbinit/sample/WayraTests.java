package io.dbinit.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile {@code wayra}.
 */
@Tag("sample")
class WayraTests {

	@TempDir
	Path directory;

	@Test
	void isCompleteOnTheEmbeddedServer() throws Exception {
		try (RunningSample sample = RunningSample.start("wayra", this.directory)) {
			assertComplete(sample, "wayra");
		}
		try (RunningSample sample = RunningSample.start("wayra", this.directory)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
		}
	}

	@Test
	void hasNoSampleDataInProduction() throws Exception {
		try (RunningSample sample = RunningSample.start("wayra", this.directory, "--db-init.environment=production")) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
			MongoDatabase database = sample.bean(MongoClient.class).getDatabase("wayra");
			assertThat(database.getCollection("users").countDocuments()).isZero();
			assertThat(database.getCollection("trips").listIndexes().into(new ArrayList<>())).hasSize(7);
		}
	}

	@Test
	@EnabledIfEnvironmentVariable(named = "DB_INIT_TEST_MONGODB_URI", matches = ".+",
			disabledReason = "Set DB_INIT_TEST_MONGODB_URI to run the sample 'wayra' on a real MongoDB")
	void isCompleteOnMongoDb() throws Exception {
		ConnectionString server = new ConnectionString(System.getenv("DB_INIT_TEST_MONGODB_URI"));
		String database = "wayra_" + System.nanoTime();
		try (MongoClient client = MongoClients.create(server)) {
			try (RunningSample sample = RunningSample.start("wayra", this.directory, "--spring.mongodb.uri=" + server,
					"--spring.mongodb.database=" + database)) {
				assertComplete(sample, database);
			}
			finally {
				client.getDatabase(database).drop();
			}
		}
	}

	private static void assertComplete(RunningSample sample, String name) throws Exception {
		assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
		MongoDatabase database = sample.bean(MongoClient.class).getDatabase(name);
		assertThat(database.getCollection("users").listIndexes().into(new ArrayList<>())).hasSize(6);
		assertThat(database.getCollection("trips").listIndexes().into(new ArrayList<>())).hasSize(7);
		Document trip = database.getCollection("trips").find().first();
		assertThat(trip).isNotNull();
		assertThat(trip.get("owner")).isEqualTo(id(database, "john@example.com"));
		assertThat(trip.getList("collaborators", Document.class)).singleElement()
			.extracting((collaborator) -> collaborator.get("userId"))
			.isEqualTo(id(database, "jane@example.com"));
		assertThat(database.getCollection("mongockChangeLog")
			.find(Filters.eq("changeId", "add-user-roles"))
			.map((change) -> change.getString("state"))
			.into(new ArrayList<>())).isEqualTo(List.of("EXECUTED"));
	}

	private static Object id(MongoDatabase database, String email) {
		Document user = database.getCollection("users").find(Filters.eq("email", email)).first();
		assertThat(user).isNotNull();
		return user.get("_id");
	}

}
