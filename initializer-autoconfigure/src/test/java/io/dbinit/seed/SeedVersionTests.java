package io.dbinit.seed;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.Fingerprint;
import io.dbinit.definition.DefinitionReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SeedVersion}.
 */
class SeedVersionTests {

	/** As recorded by the first release for {@link #UNCHANGED}. */
	private static final String RECORDED = "f5c8a226f3a6f966464fa0e4f81009e116041b7b48bfbd20efc225f50de1939a";

	private static final String UNCHANGED = """
			id: a
			%s: t
			mode: upsert
			key: name, n
			data:
			- &first { name: a, n: 1, price: 10.50, big: 12345678901234567890, at: 2024-02-03T04:05:06.5+01:00 }
			- { <<: *first, name: "it's", more: [ 1.0, 1e3, .5, .inf, true, null, '1.50', {} ] }
			- { name: c, n: 0x1F, nested: { b: { c: [ [] ] }, "2024-01-01": '2024-01-01' } }
			""";

	@ParameterizedTest
	@ValueSource(strings = { "table", "collection" })
	void aFileOfThePreviousReleaseIsNotApplied(String target) {
		FileSeed seed = read(UNCHANGED.formatted(target));
		assertThat(released(UNCHANGED.formatted(target))).isEqualTo(RECORDED);
		assertThat(seed.isVersion(RECORDED)).isTrue();
		assertThat(seed.version()).isNotEqualTo(RECORDED);
		assertThat(seed.isVersion(seed.version())).isTrue();
		assertThat(read(UNCHANGED.formatted(target).replace("10.50", "10.51")).isVersion(RECORDED)).isFalse();
	}

	@Test
	void aDateInATableIsNotAppliedAgain() {
		String text = "{ id: a, table: t, key: k, data: [ { k: 1, day: 2024-02-03, at: 2024-2-3 04:05:06 } ] }";
		assertThat(read(text).isVersion(released(text))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "no: 1", "on: 1", "a: yes", "a: 012", "a: 1_000", "a: 22:22" })
	void aValueThatIsReadInAnotherWayIsAppliedAgain(String entry) {
		String text = "{ id: a, table: t, key: k, data: [ { k: 1, " + entry + " } ] }";
		assertThat(read(text).isVersion(released(text))).isFalse();
	}

	@Test
	void aDateInACollectionWithoutAnOffsetIsAppliedAgain() {
		String text = "{ id: a, collection: t, key: k, data: [ { k: 1, day: 2024-02-03 } ] }";
		assertThat(read(text).isVersion(released(text))).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			10.5                 | 10.50
			10.5                 | '10.5'
			1                    | '1'
			1                    | 1.0
			2024-02-03T04:05:06Z | '2024-02-03T04:05:06Z'
			2024-02-03T04:05:06Z | 2024-02-03T05:05:06+01:00
			2024-02-03           | 2024-02-03T00:00:00Z
			null                 | 'null'
			null                 | ''
			{}                   | []
			!!binary aGk=        | !!binary aGo=
			0.1234567890123456781 | 0.1234567890123456782
			a                    | b
			[ a, b ]             | [ 'a, b' ]
			""")
	void everyOtherValueIsAnotherVersion(String value, String other) {
		String text = "{ id: a, table: t, key: k, data: [ { k: 1, v: %s } ] }";
		assertThat(read(text.formatted(value)).version()).isNotEqualTo(read(text.formatted(other)).version())
			.isEqualTo(read(text.formatted(value)).version());
	}

	@Test
	void targetKeyAndModeArePartOfTheVersion() {
		String text = "{ id: a, table: t, key: k, mode: insert, data: [ { k: 1, l: 1 } ] }";
		assertThat(List.of(text, text.replace("table: t", "table: u"), text.replace("key: k", "key: l"),
				text.replace("mode: insert", "mode: upsert")))
			.extracting((it) -> read(it).version())
			.doesNotHaveDuplicates();
		assertThat(read(text.replace("id: a", "id: b, description: c, required: false")).version())
			.isEqualTo(read(text).version());
	}

	private static FileSeed read(String text) {
		return new SeedNotation(new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "seed.yml"))
			.get(0), new DefaultResourceLoader(), new References(), null, new Recipes(new MockEnvironment())).read();
	}

	/**
	 * Compute a version as the first release did.
	 */
	private static String released(String text) {
		LoaderOptions options = new LoaderOptions();
		Map<String, Object> seed = new Yaml(new SafeConstructor(options)).load(new StringReader(text));
		List<String> key = List.of(seed.get("key").toString().split("\\s*,\\s*"));
		Object target = seed.containsKey("table") ? seed.get("table") : seed.get("collection");
		return Fingerprint
			.of("%s %s %s %s".formatted(target, seed.getOrDefault("mode", "insert").toString().toUpperCase(), key,
					Fingerprint.canonical(textKeys(seed.get("data")))));
	}

	private static Object textKeys(Object value) {
		if (value instanceof List<?> list) {
			List<Object> copy = new ArrayList<>();
			list.forEach((element) -> copy.add(textKeys(element)));
			return copy;
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> copy = new LinkedHashMap<>();
			map.forEach((key, element) -> copy.put(String.valueOf(key), textKeys(element)));
			return copy;
		}
		return value;
	}

}
