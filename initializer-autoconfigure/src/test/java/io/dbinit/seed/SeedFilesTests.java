package io.dbinit.seed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Plan;
import io.dbinit.lock.LockOptions;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.testing.InMemoryDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SeedFiles}.
 */
class SeedFilesTests {

	private final MockEnvironment environment = new MockEnvironment();

	@TempDir
	private Path folder;

	@Test
	void anErrorOfTheStoreTellsWhereTheSeedIsDefined() throws Exception {
		Seed seed = read("""
				# A comment
				id: presets
				table: preset
				mode: if-empty
				data: [ { name: small } ]
				""").get(0);
		SeedWriter writer = (data) -> {
			throw new InitializationException("No table '%s'".formatted(data.target()), "Correct the name.", null);
		};
		Plan.Builder plan = Plan.builder(Environment.of("test")).database(new InMemoryDatabase("jdbc") {

			@Override
			public <T> T unwrap(Class<T> type) {
				return type.cast(writer);
			}

		});
		new SeedPlan(List.of(seed)).customize(plan);
		Duration second = Duration.ofSeconds(1);
		InitializerOptions options = new InitializerOptions("host", "application",
				new InitializerOptions.Wait(second, second, second, second, 1),
				new LockOptions(Duration.ofSeconds(20), second, second));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(new Initializer(plan.build(), options, List.of(), Clock.systemUTC())::run)
			.withMessageContaining("No table 'preset' (seed in ")
			.withMessageContaining("seeds.yml:2)")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Correct the name."));
	}

	@Test
	void readsAllThatASeedSays() throws Exception {
		this.environment.setProperty("admin.name", "root");
		FileSeed seed = read("""
				id: presets
				description: What every installation has
				environments: [development, test]
				required: false
				depends-on: [a, b]
				collection: presets
				mode: upsert
				key: user.id, name
				data:
				- { user: { id: 1 }, name: "${admin.name}", tags: [x], at: 2024-01-01T00:00:00Z, none: null }
				""").get(0);
		assertThat(seed.id()).isEqualTo("presets");
		assertThat(seed.description()).isEqualTo("What every installation has");
		assertThat(seed.database()).isEqualTo("mongodb");
		assertThat(seed.environments()).containsExactly("development", "test");
		assertThat(seed.isRequired()).isFalse();
		assertThat(seed.dependsOn()).containsExactly("a", "b");
		assertThat(seed.data().mode()).isEqualTo(Mode.UPSERT);
		assertThat(seed.data().key()).containsExactly("user.id", "name");
		assertThat(seed.data().rows().get(0)).containsEntry("name", "root")
			.containsEntry("user", Map.of("id", 1))
			.containsEntry("tags", List.of("x"))
			.containsEntry("at", Date.from(Instant.parse("2024-01-01T00:00:00Z")))
			.containsEntry("none", null);
	}

	@Test
	void readsSeveralSeedsOfOneFileAndJson() throws Exception {
		assertThat(read("""
				id: a
				table: t
				key: k
				data: [{k: 1}]
				---
				{"id": "b", "table": "t", "mode": "if-empty", "data": [{"k": 2}]}
				""")).extracting(FileSeed::id).containsExactly("a", "b");
	}

	@Test
	void theVersionChangesWithTheDataAndWithPlaceholdersOnly() throws Exception {
		String text = "id: a\ntable: t\nkey: k\ndata: [{k: '${value}'}]";
		this.environment.setProperty("value", "1");
		String version = read(text).get(0).version();
		assertThat(read("description: other\n" + text).get(0).version()).isEqualTo(version);
		this.environment.setProperty("value", "2");
		assertThat(read(text).get(0).version()).isNotEqualTo(version);
		assertThat(read(text.replace("'${value}'", "2")).get(0).version()).isNotEqualTo(read(text).get(0).version());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			idd: a                                         | line 1: Unknown key 'idd', did you mean 'id'?
			{id: a, table: t, mode: upserd, key: k}        | line 1: Unknown mode 'upserd', did you mean 'upsert'?
			{id: a, table: t, collection: c, key: k}       | Exactly one of 'table' and 'collection' must be given
			{table: t, key: k, data: []}                   | 'id' must have a value
			{id: a, table: t, data: []}                    | 'key' is needed
			{id: a, table: t, key: k, data: [{l: 1}]}      | Row 1 of 'data' has no value of the key 'k'
			{id: a, table: t, key: k, data: {k: 1}}        | 'data' must be a list of rows
			{id: a, table: t, key: k, data: [{k: '${x}'}]} | A placeholder has no value
			{id: a, table: t, key: k, data: [], required: maybe} | 'required' must be true or false, not 'maybe'
			{id: a, id: b}                                 | Key 'id' stands twice
			{id: a                                         | while parsing
			""")
	void saysWhatIsWrongAndWhere(String text, String message) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read(text))
			.withMessageContaining("seeds.yml")
			.withMessageContaining(message);
	}

	@Test
	void aLocationWithoutFilesIsAnError() {
		SeedFiles files = new SeedFiles(new PathMatchingResourcePatternResolver(), this.environment);
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> files.read(List.of("classpath:nowhere/")))
			.withMessageContaining("'classpath:nowhere/'");
		assertThat(files.read(List.of(SeedProperties.DEFAULT_LOCATION))).isEmpty();
	}

	private List<FileSeed> read(String text) throws Exception {
		Files.writeString(this.folder.resolve("seeds.yml"), text);
		return new SeedFiles(new PathMatchingResourcePatternResolver(), this.environment)
			.read(List.of(this.folder.toUri().toString()));
	}

}
