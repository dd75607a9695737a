package io.dbinit.sample;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile {@code flyway}.
 */
@Tag("sample")
class FlywayTests {

	@TempDir
	Path directory;

	@Test
	void migratesAndSeedsOnce() throws Exception {
		try (RunningSample sample = RunningSample.start("flyway", this.directory)) {
			JsonNode report = sample.get("/actuator/db-init");
			assertThat(report.at("/state").asString()).isEqualTo("COMPLETE");
			assertThat(report.at("/databases/0/migrations/flyway/current").asString()).isEqualTo("2");
			assertThat(report.at("/databases/0/steps").findValuesAsString("name")).startsWith("flyway",
					"seed customers");
			assertThat(sample.get("/actuator/flyway").toString()).contains("V2__orders.sql");
		}
		try (RunningSample sample = RunningSample.start("flyway", this.directory)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
		}
	}

}
