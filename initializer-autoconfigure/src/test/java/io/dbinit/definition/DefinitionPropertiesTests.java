package io.dbinit.definition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DefinitionProperties}.
 */
class DefinitionPropertiesTests {

	private static final String PREFIX = "db-init.mongodb.collections";

	@TempDir
	private Path folder;

	@Test
	void readsYamlAsItWasWritten() throws Exception {
		assertThat(plain(application("""
				other: 1
				db-init:
				  mongodb:
				    enabled: true
				    collections:
				      userEvents: { filter: { deleted_at: null, tags: [], o: {}, no: on, a.b: 0123 } }
				      user_events:
				      Users: {}
				      "[fs.files]": { indexes: [] }
				"""))).isEqualTo(Map.of("userEvents",
				Map.of("filter", map("deleted_at", null, "tags", List.of(), "o", Map.of(), "no", "on", "a.b", "0123")),
				"user_events", "", "Users", Map.of(), "fs.files", Map.of("indexes", List.of())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-init.mongodb.collections: { a: { b: null } }",
			"db-init.mongodb: { collections: { a: { b: null } } }",
			"dbInit: { mongodb.collections: { a: { b: null } } }",
			"db_init: { MONGODB: { Collections: { a: { b: null } } } }", "db-init.mongodb.collections.a: { b: null }",
			"db-init.mongodb.collections.a.b: null", "db-init.mongodb.collections: { a: { b: } }" })
	void readsThePrefixInEverySpelling(String yaml) throws Exception {
		assertThat(plain(application(yaml))).isEqualTo(Map.of("a", map("b", null)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "other: 1\n" })
	void readsADefinitionWithoutAnything(String other) throws Exception {
		assumeThat(other.isEmpty() && SpringBootVersion.getVersion().startsWith("4.0."))
			.as("Spring Boot 4.0 drops a file of which an empty map is all")
			.isFalse();
		DefinitionNode node = new DefinitionProperties(application(other + "db-init.mongodb.collections: { A: {} }"))
			.read(PREFIX)
			.get("A");
		assertThat(node.isNull() || node.entries().isEmpty()).isTrue();
	}

	@Test
	void readsTheDocumentsOfActiveProfilesOnly() throws Exception {
		ConfigurableEnvironment environment = application("""
				db-init.mongodb.collections: { a: { x: 1, y: [1, 2] } }
				---
				spring.config.activate.on-profile: one
				db-init.mongodb.collections: { a: { y: [null] }, b: { x: 2 } }
				---
				spring.config.activate.on-profile: two
				db-init.mongodb.collections: { c: { x: 3 } }
				""", "one");
		assertThat(plain(environment))
			.isEqualTo(Map.of("a", Map.of("x", 1, "y", Collections.singletonList(null)), "b", Map.of("x", 2)));
	}

	@Test
	void knowsThePlaceInYaml() throws Exception {
		DefinitionNode node = new DefinitionProperties(
				application("db-init:\n  mongodb:\n    collections:\n      a: 1\n"))
			.read(PREFIX)
			.get("a");
		assertThat(node.where()).startsWith("'db-init.mongodb.collections.a' (URL [file:")
			.endsWith("application.yml] - 4:10)");
		assertThat(node.isVerbatim()).isTrue();
	}

	@Test
	void replacesPlaceholders() throws Exception {
		ConfigurableEnvironment environment = application(
				"limit: 5\ndb-init.mongodb.collections: { a: { max: '${limit}' } }");
		assertThat(new DefinitionProperties(environment).read(PREFIX).get("a").require("max").number(1, 9))
			.isEqualTo(5);
	}

	@Test
	void putsPropertiesTogether() {
		StandardEnvironment environment = environment(Map.of("db-init.mongodb.collections.userEvents.indexes[0].keys",
				"a, -b", "db-init.mongodb.collections.userEvents.indexes[0].unique", "true",
				"db-init.mongodb.collections.userEvents.indexes[1]", "c", "db-init.mongodb.collections[fs.files].max",
				5, "db-init.mongodb.collections.empty", ""));
		assertThat(plain(environment))
			.isEqualTo(Map.of("userEvents", Map.of("indexes", List.of(Map.of("keys", "a, -b", "unique", true), "c")),
					"fs.files", Map.of("max", 5), "empty", ""));
		assertThat(new DefinitionProperties(environment).read(PREFIX).get("userEvents").isVerbatim()).isFalse();
	}

	@Test
	void knowsTheNameOfAProperty() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> new DefinitionProperties(
					environment(Map.of("db-init.mongodb.collections.a.indexes[0].unique", "ture")))
				.read(PREFIX)
				.get("a")
				.require("indexes")
				.elements()
				.get(0)
				.require("unique")
				.flag())
			.withMessageContaining("'db-init.mongodb.collections.a.indexes[0].unique'")
			.withMessageContaining("did you mean 'true'?");
	}

	@Test
	void theSourceOfTheHighestPrecedenceWins() throws Exception {
		ConfigurableEnvironment environment = application(
				"db-init.mongodb.collections: { a: { x: 1, y: [1, 2], z: } }");
		environment.getPropertySources()
			.addFirst(new MapPropertySource("first", Map.of("db-init.mongodb.collections.a.y[0]", 3)));
		assertThat(plain(environment)).isEqualTo(Map.of("a", map("y", List.of(3), "x", 1, "z", null)));
	}

	@Test
	void readsFilesOfProperties() throws Exception {
		Files.writeString(this.folder.resolve("application.properties"), "db-init.mongodb.collections.a.unique=true\n");
		DefinitionNode node = new DefinitionProperties(load()).read(PREFIX).get("a").require("unique");
		assertThat(node.flag()).isTrue();
		assertThat(node.where()).contains("application.properties] - 1:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "DB_INIT_MONGODB_COLLECTIONS_USERS_MAX", "db_init_mongodb_collections_0_" })
	void refusesEnvironmentVariables(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, "1")));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> new DefinitionProperties(environment).read(PREFIX))
			.withMessageContaining("'" + name + "'");
	}

	@Test
	void refusesAListWithGapsAndAValueWithPartsBelowIt() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plain(environment(Map.of("db-init.mongodb.collections.a.b[1]", "x"))))
			.withMessageContaining("'db-init.mongodb.collections.a.b'")
			.withMessageContaining("there is no element [0]");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plain(environment(
					Map.of("db-init.mongodb.collections.a.b", "x", "db-init.mongodb.collections.a.b.c", "y"))))
			.withMessageContaining("has a value, and others below it");
	}

	@Test
	void refusesAValueInPlaceOfDefinitions() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plain(environment(Map.of("db-init.mongodb.collections", "users"))))
			.withMessageContaining("wanted a map, found 'users'");
	}

	private ConfigurableEnvironment application(String yaml, String... profiles) throws IOException {
		Files.writeString(this.folder.resolve("application.yml"), yaml);
		return load(profiles);
	}

	private ConfigurableEnvironment load(String... profiles) {
		StandardEnvironment environment = environment(Map.of("spring.config.location", this.folder.toUri().toString()));
		environment.setActiveProfiles(profiles);
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		return environment;
	}

	private static StandardEnvironment environment(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return environment;
	}

	private static Map<String, @Nullable Object> plain(ConfigurableEnvironment environment) {
		Map<String, @Nullable Object> plain = new LinkedHashMap<>();
		new DefinitionProperties(environment).read(PREFIX)
			.forEach((name, node) -> plain.put(name, node.isNull() ? "" : node.plain()));
		return plain;
	}

	private static Map<String, @Nullable Object> map(@Nullable Object... entries) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put(String.valueOf(entries[i]), entries[i + 1]);
		}
		return map;
	}

}
