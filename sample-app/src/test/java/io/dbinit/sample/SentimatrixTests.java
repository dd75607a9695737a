package io.dbinit.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile {@code sentimatrix}.
 */
@Tag("sample")
class SentimatrixTests {

	private static final Map<String, Integer> INDEXES = Map.ofEntries(Map.entry("users", 4), Map.entry("projects", 4),
			Map.entry("targets", 5), Map.entry("results", 8), Map.entry("scrape_jobs", 4), Map.entry("schedules", 3),
			Map.entry("api_keys", 2), Map.entry("webhooks", 2), Map.entry("webhook_deliveries", 4),
			Map.entry("audit_logs", 3), Map.entry("refresh_tokens", 3), Map.entry("presets", 3));

	@TempDir
	Path directory;

	@Test
	void isCompleteOnTheEmbeddedServer() throws Exception {
		try (RunningSample sample = RunningSample.start("sentimatrix", this.directory)) {
			assertComplete(sample, "sentimatrix");
		}
		try (RunningSample sample = RunningSample.start("sentimatrix", this.directory)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
			assertComplete(sample, "sentimatrix");
		}
	}

	@Test
	@EnabledIfEnvironmentVariable(named = "DB_INIT_TEST_MONGODB_URI", matches = ".+",
			disabledReason = "Set DB_INIT_TEST_MONGODB_URI to run the sample 'sentimatrix' on a real MongoDB")
	void isCompleteOnMongoDb() throws Exception {
		ConnectionString server = new ConnectionString(System.getenv("DB_INIT_TEST_MONGODB_URI"));
		String database = "sentimatrix_" + System.nanoTime();
		try (MongoClient client = MongoClients.create(server)) {
			try (RunningSample sample = RunningSample.start("sentimatrix", this.directory,
					"--spring.mongodb.uri=" + server, "--spring.mongodb.database=" + database)) {
				assertComplete(sample, database);
				boolean validated = client.getDatabase(database)
					.listCollections()
					.into(new ArrayList<>())
					.stream()
					.filter((collection) -> collection.getString("name").equals("users"))
					.anyMatch((collection) -> collection.get("options", Document.class).containsKey("validator"));
				assertThat(validated || limitations(sample).contains("validator of 'users'")).isTrue();
			}
			finally {
				client.getDatabase(database).drop();
			}
		}
	}

	@Test
	void hasTestDataOfTheAskedSize() throws Exception {
		try (RunningSample sample = RunningSample.start("sentimatrix", this.directory,
				"--db-init.seeds.generate.test-users=2", "--db-init.seeds.generate.test-results=4")) {
			MongoDatabase database = sample.bean(MongoClient.class).getDatabase("sentimatrix");
			assertThat(database.getCollection("users").countDocuments()).isEqualTo(2 + 2);
			assertThat(database.getCollection("projects").countDocuments()).isEqualTo(2 * 3);
			assertThat(database.getCollection("results").countDocuments()).isEqualTo(2 * 3 * 4);
			assertThat(database.getCollection("scrape_jobs").countDocuments()).isEqualTo(2 * 3);
		}
	}

	@Test
	void hasNoTestDataInProduction() throws Exception {
		try (RunningSample sample = RunningSample.start("sentimatrix", this.directory,
				"--db-init.environment=production")) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
			MongoDatabase database = sample.bean(MongoClient.class).getDatabase("sentimatrix");
			assertThat(database.getCollection("users").countDocuments()).isZero();
			assertThat(database.getCollection("presets").countDocuments()).isEqualTo(5);
		}
	}

	private static String limitations(RunningSample sample) throws Exception {
		return sample.get("/actuator/db-init").at("/databases/0/limitations").toString();
	}

	private static void assertComplete(RunningSample sample, String name) throws Exception {
		assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
		MongoDatabase database = sample.bean(MongoClient.class).getDatabase(name);
		Map<String, Integer> found = new TreeMap<>();
		INDEXES.keySet().forEach((collection) -> found.put(collection, indexes(database, collection).size() - 1));
		assertThat(database.listCollectionNames()).containsAll(INDEXES.keySet());
		assertThat(found).isEqualTo(new TreeMap<>(INDEXES));
		assertThat(expiry(database, "webhook_deliveries")).containsExactly(604_800L);
		assertThat(expiry(database, "audit_logs")).containsExactly(31_536_000L);
		assertThat(expiry(database, "refresh_tokens")).containsExactly(0L);
		assertThat(indexes(database, "results")).filteredOn((index) -> index.containsKey("weights"))
			.singleElement()
			.extracting((index) -> index.get("weights", Document.class).get("content.title", Number.class).intValue())
			.isEqualTo(10);
		assertThat(indexes(database, "users"))
			.filteredOn((index) -> index.getBoolean("unique", false) && index.getBoolean("sparse", false))
			.hasSize(2);
		assertThat(sample.get("/presets").findValuesAsString("name")).containsExactly("advanced", "budget",
				"enterprise", "standard", "starter");
	}

	private static List<Document> indexes(MongoDatabase database, String collection) {
		return database.getCollection(collection).listIndexes().into(new ArrayList<>());
	}

	private static List<Long> expiry(MongoDatabase database, String collection) {
		return indexes(database, collection).stream()
			.filter((index) -> index.containsKey("expireAfterSeconds"))
			.map((index) -> index.get("expireAfterSeconds", Number.class).longValue())
			.toList();
	}

}
