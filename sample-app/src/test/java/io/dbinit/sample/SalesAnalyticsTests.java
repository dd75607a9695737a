package io.dbinit.sample;

import java.nio.file.Path;
import java.util.Date;

import com.mongodb.client.MongoClient;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile {@code sales-analytics}.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("sample")
class SalesAnalyticsTests {

	@TempDir
	Path directory;

	@Test
	void emptyDatabaseBecomesVisible(CapturedOutput output) throws Exception {
		Document first;
		try (RunningSample sample = RunningSample.start("sales-analytics", this.directory)) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
			assertThat(sample.bean(MongoClient.class).listDatabaseNames()).contains("sales-analytics");
			assertThat(output).contains("Databases are complete: 'mongodb'").doesNotContain("nothing to do");
			first = marker(sample);
			assertThat(first).containsEntry("database_name", "sales-analytics");
			assertThat(first.getDate("created_at")).isBeforeOrEqualTo(new Date());
			assertThat(sample.bean(MongoClient.class).getDatabase("sales-analytics").listCollectionNames())
				.containsExactly("_system_init");
		}
		try (RunningSample sample = RunningSample.start("sales-analytics", this.directory)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
			assertThat(marker(sample)).isEqualTo(first);
		}
	}

	@Test
	void serviceRunsWithoutItsDatabase() throws Exception {
		try (RunningSample sample = RunningSample.start("sales-analytics", this.directory,
				"--spring.mongodb.uri=mongodb://localhost:1/sales-analytics?serverSelectionTimeoutMS=100",
				"--db-init.wait.limit=1s", "--db-init.wait.attempt=500ms")) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("FAILED");
			assertThat(sample.get("/actuator/health").at("/components/dbInit/status").asString()).isEqualTo("DOWN");
			assertThat(sample.get("/actuator/health/readiness").at("/status").asString()).isEqualTo("DOWN");
			assertThat(sample.get("/actuator/health/liveness").at("/status").asString()).isEqualTo("UP");
		}
	}

	private static Document marker(RunningSample sample) {
		Document marker = sample.bean(MongoClient.class)
			.getDatabase("sales-analytics")
			.getCollection("_system_init")
			.find(new Document("type", "database_init"))
			.first();
		assertThat(marker).isNotNull();
		return marker;
	}

}
