package io.dbinit.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation matches the code.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern PROPERTY = Pattern.compile("(?m)^\\| `(db-init\\.[^`]+)`");

	private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

	@Test
	void everyPropertyIsDocumentedAndNoOther() throws IOException {
		String page = Files.readString(ROOT.resolve("docs/reference/properties.md"));
		assertThat(PROPERTY.matcher(page).results().map((match) -> match.group(1)))
			.as("the properties in docs/reference/properties.md, where each has a line")
			.containsExactlyInAnyOrderElementsOf(new TreeSet<>(properties()));
	}

	private static List<String> properties() throws IOException {
		List<String> names = new ArrayList<>();
		for (URL metadata : Collections.list(DocumentationTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = metadata.openStream()) {
				for (JsonNode property : new JsonMapper().readTree(in).at("/properties")) {
					names.add(property.get("name").asString());
				}
			}
		}
		return names.stream().filter((name) -> name.startsWith("db-init.")).toList();
	}

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
				if (!Files.exists(page.resolveSibling(link.group(1)))) {
					broken.add(ROOT.relativize(page) + ": " + link.group(1));
				}
			}
		}
		assertThat(broken).isEmpty();
	}

	private static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
				.filter((file) -> file.toString().endsWith(".md"))
				.toList();
		}
	}

}
