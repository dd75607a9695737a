package io.dbinit.seed;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Plan;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.lock.LockOptions;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.testing.InMemoryDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;
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
			.withMessageContaining("seeds.yml] - 2:1)")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Correct the name."));
	}

	@Test
	void rowsMayBeInAFile() throws Exception {
		Files.writeString(this.folder.resolve("small.csv"), "name\na\n");
		FileSeed seed = read("""
				id: presets
				table: presets
				mode: once
				file: small.csv
				""").get(0);
		try (Stream<Row> rows = seed.data().stream()) {
			assertThat(rows).singleElement()
				.satisfies((row) -> assertThat(row.values().get("name")).hasToString("'name' (" + row.place() + ")"));
		}
		assertThat(seed.isVersion(seed.version())).isTrue();
		Files.writeString(this.folder.resolve("small.csv"), "name\nb\n");
		assertThat(read("""
				id: presets
				table: presets
				mode: once
				file: small.csv
				""").get(0).version()).isNotEqualTo(seed.version());
	}

	@Test
	void rowsAreEitherInTheSeedOrInAFile() throws Exception {
		Files.writeString(this.folder.resolve("small.csv"), "name\na\n");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("""
				id: presets
				table: presets
				mode: once
				file: small.csv
				data: [ { name: b } ]
				""")).withMessageContaining("the rows come from somewhere else, too").withMessageContaining("4:");
	}

	@Test
	void aFileOfRowsThatNoSeedNamesIsRefused() throws Exception {
		Files.writeString(this.folder.resolve("small.csv"), "name\na\n");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("""
				id: presets
				table: presets
				mode: once
				data: [ { name: b } ]
				""")).withMessageContaining("No seed names the file").withMessageContaining("small.csv");
	}

	@Test
	void seedsMayBeCompressed() throws Exception {
		try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(this.folder.resolve("more.yml.gz")))) {
			out.write("{ id: a, table: t, mode: once, data: [ { n: 1 } ] }".getBytes(StandardCharsets.UTF_8));
		}
		assertThat(read("{ id: b, table: t, mode: once, data: [ { n: 1 } ] }")).extracting(FileSeed::id)
			.containsExactly("a", "b");
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
		Row row = seed.data().rows().get(0);
		assertThat(row.place()).startsWith("'data[0]' (").endsWith("seeds.yml] - 10:3)");
		assertThat(row.values().keySet()).containsExactly("user", "name", "tags", "at", "none");
		assertThat(row.values().values()).map((value) -> ((DefinitionNode) value).plain())
			.containsExactly(Map.of("id", 1), "root", List.of("x"), "2024-01-01T00:00:00Z", null);
	}

	@Test
	void readsJsonAsItsStandardHasIt() throws Exception {
		assertThat(read("seeds.json", """
				{ "id": "a", "collection": "c", "mode": "if-empty", "data": [ { "a\\/b":\t"\\u00e9" }, {} ] }
				""")).extracting((seed) -> seed.data().rows().get(0).values().keySet()).containsExactly(Set.of("a/b"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> read("seeds.json", "{ \"id\": \"a\" } x"))
			.withMessageContaining("seeds.json] - 1:15");
	}

	@ParameterizedTest
	@ValueSource(strings = { "once", "if-empty" })
	void someModesNeedNoKey(String mode) throws Exception {
		String text = "{id: a, table: t, mode: %s, data: [{k: 1}, {k: 1}]}".formatted(mode);
		assertThat(read(text).get(0).data().isKeyed()).isFalse();
		assertThat(read(text).get(0).data().rows()).hasSize(2);
	}

	@Test
	void upsertNamesTheColumnsThatItUpdatesAndTouches() throws Exception {
		SeedData data = read(
				"{id: a, table: t, mode: upsert, key: k, update: [v], touch: t, data: [{k: 1, v: 2, w: 3}]}")
			.get(0)
			.data();
		assertThat(data.update()).containsExactly("v");
		assertThat(data.touch()).isEqualTo("t");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			mode: insert, update: [v]  | 'update' is for the modes 'upsert' and 'always'
			mode: if-empty, touch: t   | 'touch' is for the modes 'upsert' and 'always'
			mode: upsert, update: [k]  | 'k' is a part of the key
			mode: upsert, update: [x]  | no row has 'x'
			mode: upsert, touch: v     | 'v' has a value in a row, too
			""")
	void updatesAreRefusedThatCannotBeMade(String keys, String message) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> read("{id: a, table: t, key: k, %s, data: [{k: 1, v: 2}]}".formatted(keys)))
			.withMessageContaining(message.replace("''", "'"))
			.withMessageContaining("seeds.yml] - 1:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert", "upsert", "always" })
	void othersNeedAKey(String mode) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> read("{id: a, table: t, mode: %s, data: [{k: 1}]}".formatted(mode)))
			.withMessageContaining("'key' is missing");
	}

	@Test
	void tellsARowTwiceByEveryPartOfItsKey() throws Exception {
		assertThat(read("{id: a, table: t, key: 'k, l', data: [{k: 1, l: 1}, {k: 1, l: 2}]}").get(0).data().rows())
			.hasSize(2);
		assertThat(read("{id: a, collection: t, key: k, data: [{k: 1}, {k: '1'}]}").get(0).data().rows()).hasSize(2);
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> read("{id: a, collection: t, key: k.l, data: [{k: {l: 1, m: 1}},\n {k: {l: 1}}]}"))
			.withMessageContaining("seeds.yml] - 2:2): the row in line 1 has the same values of the key 'k.l'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ISO-8859-1", "UTF-16", "UTF-16LE" })
	void refusesOtherEncodings(String charset) {
		byte[] text = "{id: a, table: t, key: k, data: [{k: M\u00fcller}]}".getBytes(Charset.forName(charset));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("seeds.yml", text))
			.withMessageContaining("seeds.yml] - 1:")
			.withMessageContaining("is not UTF-8");
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
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					idd: a                                         | 'idd' (file [FILE] - 1:1): unknown key 'idd', did you mean 'id'?
					{id: a, table: t, mode: upserd, key: k, data: []} | 'mode' (file [FILE] - 1:25): found 'upserd', did you mean 'upsert'?
					{id: a, table: t, collection: c, key: k}       | file [FILE] - 1:1: exactly one of 'table' and 'collection' must be given
					{id: a, key: k, data: []}                      | file [FILE] - 1:1: exactly one of 'table' and 'collection' must be given
					{table: t, key: k, data: []}                   | file [FILE] - 1:1: 'id' is missing
					{id: , table: t, key: k, data: []}             | 'id' (file [FILE] - 1:5): has no value
					{id: ' ', table: t, key: k, data: []}          | 'id' (file [FILE] - 1:6): must not be blank
					{id: [a], table: t, key: k, data: []}          | 'id' (file [FILE] - 1:6): wanted a single value, found a list
					{id: a, table: t, data: []}                    | file [FILE] - 1:1: 'key' is missing
					{id: a, table: t, key: [], data: []}           | file [FILE] - 1:1: 'key' is missing
					{id: a, table: t, key: "k, k", data: []}       | 'key' (file [FILE] - 1:24): a name is there twice
					{id: a, table: t, key: k}                      | file [FILE] - 1:1: 'data' is missing
					{id: a, table: t, key: k, data: [{l: 1}]}      | 'data[0]' (file [FILE] - 1:34): there is no value of the key 'k'
					{id: a, table: t, key: k, data: [{k: null}]}   | 'data[0]' (file [FILE] - 1:34): there is no value of the key 'k'
					{id: a, table: t, key: k, data: {k: 1}}        | 'data' (file [FILE] - 1:33): wanted a list, found a map
					{id: a, table: t, key: k, data: !!str [a]}     | 'data' (file [FILE] - 1:33): a list cannot have the tag '!!str'
					{id: a, table: t, key: k, data: [1]}           | 'data[0]' (file [FILE] - 1:34): wanted a map, found '1'
					{id: a, table: t, mode: if-empty, data: [{}]}  | 'data[0]' (file [FILE] - 1:42): a row must have a column
					{id: a, table: t, key: k, data: [{k: '${x}'}]} | 'data[0].k' (file [FILE] - 1:38): a placeholder has no value
					{id: a, table: t, key: k, data: [{k: !!int x}]} | 'data[0].k' (file [FILE] - 1:38): 'x' is not a value of the tag '!!int'
					{id: a, table: t, key: k, data: [{k: &r [*r]}]} | 'data[0].k[0]' (file [FILE] - 1:42): the alias '*r' stands within its own anchor
					{id: a, table: t, key: k, data: [{k: 1, k: 2}]} | 'data[0].k' (file [FILE] - 1:41): the key 'k' is already in line 1
					{id: a, table: t, key: k, data: [{k: 1}, {k: '1'}]} | 'data[1]' (file [FILE] - 1:42): the row in line 1 has the same values of the key 'k'
					{id: a, table: t, key: k, data: [], required: maybe} | 'required' (file [FILE] - 1:47): found 'maybe'
					{id: a, table: t, key: k, data: [], environments: {a: b}} | 'environments' (file [FILE] - 1:51): wanted a list of texts, found a map
					{id: a, table: t, key: k, data: [], depends-on: [[a]]} | 'depends-on[0]' (file [FILE] - 1:50): wanted a single value, found a list
					{id: a, id: b}                                 | 'id' (file [FILE] - 1:9): the key 'id' is already in line 1
					[ 1 ]                                          | file [FILE] - 1:1: wanted a map, found a list
					{id: a                                         | while parsing
					""")
	void saysWhatIsWrongAndWhere(String text, String message) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read(text))
			.withMessageStartingWith("Invalid definition at ")
			.withMessageContaining("seeds.yml] - ")
			.withMessageContaining(message.replace("FILE", this.folder.resolve("seeds.yml").toString()));
	}

	@Test
	void aLocationWithoutFilesIsAnError() {
		SeedFiles files = new SeedFiles(new DefaultResourceLoader(), this.environment, null);
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> files.read("locations", List.of("classpath:nowhere/")))
			.withMessageContaining("'classpath:nowhere/'");
		assertThat(files.read("locations", List.of(SeedProperties.DEFAULT_LOCATION))).isEmpty();
	}

	private List<FileSeed> read(String text) throws Exception {
		return read("seeds.yml", text);
	}

	private List<FileSeed> read(String name, String text) throws Exception {
		return read(name, text.getBytes(StandardCharsets.UTF_8));
	}

	private List<FileSeed> read(String name, byte[] content) throws Exception {
		Files.write(this.folder.resolve(name), content);
		return new SeedFiles(new DefaultResourceLoader(), this.environment, null).read("locations",
				List.of(this.folder.toUri().toString()));
	}

}
