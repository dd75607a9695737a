package io.dbinit.actuate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.dbinit.Report;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.json.JsonAssert;
import org.springframework.test.json.JsonCompareMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DbInitDescriptor}: its JSON is an interface.
 */
class DbInitDescriptorTests {

	private static final Path REFERENCE = Path.of("../docs/reference/endpoint.md");

	@Test
	void isTheDocumentOfTheReference() throws Exception {
		String expected = new ClassPathResource("endpoint.json", getClass()).getContentAsString(StandardCharsets.UTF_8);
		JsonAssert.comparator(JsonCompareMode.STRICT).assertIsMatch(expected, json(descriptor()));
		assertThat(Files.readString(REFERENCE)).contains(expected.strip());
	}

	@Test
	void withoutValuesItHasStateAndProgressButNothingOfServersAndErrors() {
		String json = json(descriptor().sanitized());
		assertThat(json).contains("\"state\":\"RUNNING\"", "\"name\":\"jdbc\"", "\"pending\":2", "changeset 'orders-7'",
				"\"outcome\":\"FAILED\"", "index 'email_1' on 'users'", "\"token\":42", "PT1.25S", "******");
		assertThat(json).doesNotContain("PostgreSQL", "17.11", "MongoDB 8", "shop-7f9c", "shop-5d21", "5b0c2a1e",
				"relation", "unique:", "hidden indexes", "Failed at step", "did not answer", "1 thing");
	}

	private static DbInitDescriptor descriptor() {
		Report report = Reports.running();
		return DbInitDescriptor.of(report,
				List.of(DatabaseDescriptor.of(report.databases().get(0), Reports.runs(), null), DatabaseDescriptor
					.of(report.databases().get(1), List.of(), "The runs are not known: it did not answer within 5 s")));
	}

	private static String json(Object value) {
		StringBuilder json = new StringBuilder();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(JacksonEndpointAutoConfiguration.class))
			.run((context) -> json.append(context.getBean(EndpointJsonMapper.class).get().writeValueAsString(value)));
		return json.toString();
	}

}
