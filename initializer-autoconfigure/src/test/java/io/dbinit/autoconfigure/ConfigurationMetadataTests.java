package io.dbinit.autoconfigure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the metadata from which editors complete properties, and of that with which
 * Spring Boot leaves an auto-configuration out before it reads its class.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescription() throws Exception {
		assertThat(properties()).isNotEmpty().allSatisfy((property) -> {
			assertThat(property.get("description")).as("description of " + property.get("name"))
				.asString()
				.isNotBlank();
			assertThat(property.get("name")).asString().containsAnyOf("db-init.", ".dbinit.");
		});
	}

	@Test
	void everyAutoConfigurationIsKnownBeforeItsClassIsRead() throws Exception {
		Properties metadata = new Properties();
		try (InputStream file = DbInitProperties.class
			.getResourceAsStream("/META-INF/spring-autoconfigure-metadata.properties")) {
			metadata.load(file);
		}
		assertThat(ImportCandidates.load(AutoConfiguration.class, null).getCandidates())
			.filteredOn((name) -> name.startsWith("io.dbinit."))
			.isNotEmpty()
			.isSubsetOf(metadata.stringPropertyNames());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> properties() throws Exception {
		try (InputStream metadata = DbInitProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
			return (List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(text).get("properties");
		}
	}

}
