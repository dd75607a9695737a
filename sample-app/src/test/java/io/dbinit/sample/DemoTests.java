package io.dbinit.sample;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The default profile, as the README shows it.
 */
@Tag("sample")
class DemoTests {

	@TempDir
	Path directory;

	@Test
	void bothDatabasesAreComplete() throws Exception {
		try (RunningSample sample = RunningSample.start("demo", this.directory)) {
			JsonNode report = sample.get("/actuator/db-init");
			assertThat(report.at("/state").asString()).isEqualTo("COMPLETE");
			assertThat(report.at("/databases").findValuesAsString("state")).containsExactly("COMPLETE", "COMPLETE");
			assertThat(report.at("/databases/0").propertyNames()).contains("runs").doesNotContain("lock", "waitingFor");
			assertThat(report.at("/databases/0/migrations/liquibase/current").asString()).contains("::customers::");
			assertThat(report.at("/databases/1/migrations/mongock/current").asString()).isEqualTo("counters");
			assertThat(sample.get("/presets").findValuesAsString("name")).containsExactly("large", "small");
			assertThat(sample.get("/configurations").at("/sync.interval").asString()).isEqualTo("2m");
			assertThat(sample.get("/actuator/health").at("/status").asString()).isEqualTo("UP");
			assertThat(sample.get("/actuator/health/readiness").at("/status").asString()).isEqualTo("UP");
			assertThat(sample.get("/actuator/liquibase").toString()).contains("customers");
		}
	}

	@Test
	void secondStartChangesNothing() throws Exception {
		JsonNode presets;
		try (RunningSample sample = RunningSample.start("demo", this.directory)) {
			presets = sample.get("/presets");
		}
		try (RunningSample sample = RunningSample.start("demo", this.directory)) {
			JsonNode report = sample.get("/actuator/db-init");
			assertThat(report.at("/state").asString()).isEqualTo("COMPLETE");
			assertThat(report.at("/message").asString()).isEqualTo("Nothing to do");
			assertThat(report.at("/databases")).hasSize(2).allSatisfy((database) -> {
				assertThat(database.at("/steps").findValues("changes")).isNotEmpty().allMatch(JsonNode::isEmpty);
				assertThat(database.at("/runs")).as("runs that did something").hasSize(1);
			});
			assertThat(sample.get("/presets")).isEqualTo(presets);
		}
	}

}
