package io.dbinit.autoconfigure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the metadata from which editors complete properties.
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

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> properties() throws Exception {
		try (InputStream metadata = DbInitProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
			return (List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(text).get("properties");
		}
	}

}
