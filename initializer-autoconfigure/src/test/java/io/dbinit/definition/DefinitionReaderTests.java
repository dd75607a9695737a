package io.dbinit.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.RunPolicy;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DefinitionReader} and of {@link DefinitionNode}.
 */
class DefinitionReaderTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final DefinitionReader reader = new DefinitionReader(this.environment::resolveRequiredPlaceholders);

	@ParameterizedTest
	@ValueSource(strings = { "no", "on", "y", "NO", "02134", "22:22", "1_000", "2024-01-01", "2024-01-01T00:00:00Z",
			"1.2.3", "0b11", "nUll", "<<x", "=", "+", ".", "1e", "08" })
	void keepsPlainTextsThatOtherReadersConvert(String text) {
		assertThat(yaml("v: " + text).require("v").value()).isEqualTo(text);
	}

	@Test
	void readsTheCoreSchema() {
		assertThat(yaml("[null, ~, !!null , True, false, 1, -17, 0x1F, 0o17, 3000000000, 99999999999999999999999]")
			.plain())
			.isEqualTo(list(null, null, null, true, false, 1, -17, 31, 15, 3_000_000_000L,
					new BigInteger("99999999999999999999999")));
		assertThat(yaml("[1.10, 12345678901234567890.123456789, 1e3, .5, .inf, -.INF]").plain())
			.isEqualTo(list(new BigDecimal("1.10"), new BigDecimal("12345678901234567890.123456789"),
					new BigDecimal("1e3"), new BigDecimal(".5"), Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
	}

	@Test
	void keepsQuotedTexts() {
		assertThat(yaml("- '1'\n- \"true\"\n- 'null'\n- ''\n- |-\n  1").plain())
			.isEqualTo(list("1", "true", "null", "", "1"));
	}

	@Test
	void keepsKeysAsText() {
		assertThat(yaml("{ no: 1, on: 2, 2024: 3, 1.10: 4, ~: 5, a.b: 6, 'a b': 7, $or: 8 }").entries())
			.containsOnlyKeys("no", "on", "2024", "1.10", "~", "a.b", "a b", "$or");
	}

	@Test
	void keepsEmptyValues() {
		DefinitionNode node = yaml("{ a: {}, b: [], c: null, d: '' }");
		assertThat(node.plain()).isEqualTo(map("a", Map.of(), "b", List.of(), "c", null, "d", ""));
		assertThat(node.require("c").isNull()).isTrue();
		assertThat(node.require("d").isNull()).isFalse();
	}

	@Test
	void readsExplicitTags() {
		assertThat(yaml("""
				- !!str 1
				- ! 2
				- !!int "3"
				- !!float 4
				- !!bool 'true'
				- !!null ''
				- !!timestamp 2024-02-03
				- !!timestamp 2024-02-03 04:05:06.5 -1
				- !!map {}
				- !!seq []
				""").plain()).isEqualTo(list("1", "2", 3, new BigDecimal("4"), true, null,
				Instant.parse("2024-02-03T00:00:00Z"), Instant.parse("2024-02-03T05:05:06.5Z"), Map.of(), List.of()));
		assertThat(yaml("b: !!binary aGVsbG8=").require("b").value())
			.isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void knowsInstantsThatWereWrittenWithAnOffset() {
		DefinitionNode node = yaml("""
				- 2024-02-03T04:05:06+01:00
				- 2024-02-03 04:05:06.789Z
				- 2024-02-03T04:05:06
				- 2024-02-03
				- '2024-02-03T04:05:06Z'
				- 2024-02-31T04:05:06Z
				""");
		assertThat(node.elements()).map(DefinitionNode::instant)
			.map((instant) -> instant.map(Instant::toString).orElse(""))
			.containsExactly("2024-02-03T03:05:06Z", "2024-02-03T04:05:06.789Z", "", "", "", "");
	}

	@Test
	void replacesPlaceholdersByTexts() {
		this.environment.setProperty("port", "5");
		DefinitionNode node = yaml("{ a: '${port}', b: '${port:1}', '${port}': 5 }");
		assertThat(node.plain()).isEqualTo(Map.of("a", "5", "b", "5", "${port}", 5));
		assertThat(node.require("a").hasPlaceholders()).isTrue();
		assertThat(node.require("${port}").hasPlaceholders()).isFalse();
		assertThat(node.require("b").number(0, 9)).isEqualTo(5);
	}

	@Test
	void replacesAliasesAndMergesMaps() {
		assertThat(yaml("base: &b { x: 1, y: [2] }\nlist: [*b, { <<: *b, x: 3 }, { <<: [{ x: 4 }, *b], '<<': 5 }]")
			.plain())
			.isEqualTo(Map.of("base", Map.of("x", 1, "y", List.of(2)), "list", List.of(Map.of("x", 1, "y", List.of(2)),
					Map.of("x", 3, "y", List.of(2)), Map.of("x", 4, "y", List.of(2), "<<", 5))));
	}

	@Test
	void mergedEntriesTakeThePlaceOfTheMerge() {
		DefinitionNode list = yaml("""
				base: &b { x: 1, y: 2 }
				list:
				- { <<: *b, z: 3 }
				- { z: 3, <<: *b }
				- { <<: *b, y: 4, a: 5 }
				- { y: 4, <<: *b, a: 5 }
				""").require("list");
		assertThat(list.elements()).map((element) -> String.valueOf(element.plain()))
			.containsExactly("{x=1, y=2, z=3}", "{z=3, x=1, y=2}", "{x=1, y=4, a=5}", "{y=4, x=1, a=5}");
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("base: &b { x: 1 }\nmap: { <<: *b, x: 2, x: 3 }"))
			.withMessageContaining("the key 'x' is already in line 2");
	}

	@Test
	void leavesEmptyDocumentsOut() {
		assertThat(read("x.yml", "---\na: 1\n---\n# nothing\n---\nb: 2\n---\n")).extracting(DefinitionNode::plain)
			.containsExactly(Map.of("a", 1), Map.of("b", 2));
		assertThat(read("x.yml", "")).isEmpty();
	}

	@Test
	void readsJsonAsItsStandardHasIt() {
		assertThat(json("""
				{
				\t"a\\/b":\t"\\u00e9\\t", "n": [1, -0.50, 1E2, 12345678901234567890, true, false, null, {}, []],
				\t"<<": "1", "d": "${x}".
				}""".replace(".\n", "\n").replace("${x}", "x")).plain()).isEqualTo(map(
				"a/b", "\u00e9\t", "n", list(1, new BigDecimal("-0.50"), new BigDecimal("1E2"),
						new BigInteger("12345678901234567890"), true, false, null, Map.of(), List.of()),
				"<<", "1", "d", "x"));
	}

	@Test
	void toleratesAByteOrderMark() {
		assertThat(yaml("\uFEFFa: 1").plain()).isEqualTo(Map.of("a", 1));
		assertThat(json("\uFEFF{}").plain()).isEqualTo(Map.of());
	}

	@Test
	void knowsPathsAndPlaces() {
		DefinitionNode node = yaml("a:\n  b.c:\n  - x\n  -   y: 1\n");
		DefinitionNode y = node.require("a").require("b.c").elements().get(1).require("y");
		assertThat(y.where()).isEqualTo("'a['b.c'][1].y' (test [x.yml] - 4:10)");
		assertThat(y.invalidKey("p", "a")).hasMessage("Invalid definition at 'a['b.c'][1].y' (test [x.yml] - 4:7): p");
		assertThat(y.line()).isEqualTo(4);
		assertThat(json("{\n \"a\": [1,\n  2]}").require("a").elements().get(1).where())
			.isEqualTo("'a[1]' (test [x.json] - 3:3)");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{ a: 1, b: { c: 1, c: 2 } }       | 'b.c' (test [x.yml] - 1:20): the key 'c' is already in line 1
					[{ a: 1, "a": 2 }]                | '[0].a' (test [x.yml] - 1:10): the key 'a' is already in line 1
					a: !!str [a]                      | 'a' (test [x.yml] - 1:4): a list cannot have the tag '!!str'
					a: !!int x                        | 'a' (test [x.yml] - 1:4): 'x' is not a value of the tag '!!int'
					a: !!bool no                      | 'a' (test [x.yml] - 1:4): 'no' is not a value of the tag '!!bool'
					a: !!binary x                     | 'a' (test [x.yml] - 1:4): the value of the tag '!!binary' is not Base64
					a: !!timestamp 2024-13-01         | 'a' (test [x.yml] - 1:4): '2024-13-01' is not a value of the tag '!!timestamp'
					a: !!set { b }                    | 'a' (test [x.yml] - 1:4): a map cannot have the tag '!!set'
					a: !object x                      | 'a' (test [x.yml] - 1:4): a single value cannot have the tag '!object'
					a: !!java.net.URL x               | 'a' (test [x.yml] - 1:4): a single value cannot have the tag '!!java.net.URL'
					a: &x { b: *x }                   | 'a.b' (test [x.yml] - 1:12): the alias '*x' stands within its own anchor
					a: &x [ [ *x ] ]                  | 'a[0][0]' (test [x.yml] - 1:11): the alias '*x' stands within its own anchor
					a: *x                             | 'a' (test [x.yml] - 1:4): there is no anchor '&x' above
					{ a: { ? [b] : c } }              | 'a.?' (test [x.yml] - 1:10): a key must be a text
					{ a: { <<: 1 } }                  | 'a.<<' (test [x.yml] - 1:12): '<<' merges maps only
					{ a: [ 1 }                        | 'a[0]' (test [x.yml] - 1:10): while parsing a flow sequence
					{ a: "\\ud800" }                  | half a character
					{ a: "b\\qc" }                    | - 1:
					{ a: 1                            | 'a' (test [x.yml]
					a: `                              | (test [x.yml] - 1:4)
					""")
	void namesThePlaceInYaml(String text, String message) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("x.yml", text))
			.withMessageStartingWith("Invalid definition at ")
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{"a": 1, "a": 2}          | 'a' (test [x.json] - 1:10): the key 'a' is already in line 1
			{"a": 1} x                | test [x.json] - 1:10: Unrecognized token 'x'
			{"a": 1} {}               | test [x.json] - 1:10: text after the end of the document
			{"a": [1, ]}              | 'a[1]' (test [x.json] - 1:11)
			{'a': 1}                  | test [x.json] - 1:2
			{"a": 01}                 | (test [x.json] - 1:8)
			{"a": NaN}                | 'a' (test [x.json] - 1:10): Non-standard token 'NaN'
			{"a": "\\q"}              | (test [x.json] - 1:9)
			{"a": "\\udc00"}          | half a character
			{"a": /* c */ 1}          | (test [x.json] - 1:7): Unexpected character ('/' (code 47))
			{"a": 1                   | 'a' (test [x.json] - 1:
			~~                        | test [x.json] - 1:1: there is no JSON
			{"a\\u0000b": 1}          | a key cannot have the character NUL
			""")
	void namesThePlaceInJson(String text, String message) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("x.json", text))
			.withMessageStartingWith("Invalid definition at ")
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@CsvSource({ "ISO-8859-1, the byte 0xfc is not UTF-8, 2:5", "UTF-16, the byte 0xfe is not UTF-8, 1:1",
			"UTF-16LE, the byte 0xfc is not UTF-8, 2:10" })
	void refusesOtherEncodings(String charset, String message, String place) {
		for (String name : List.of("x.yml", "x.json")) {
			assertThatExceptionOfType(InitializationException.class).isThrownBy(
					() -> this.reader.read(resource(name, "a: 1\nb: M\u00fcller".getBytes(Charset.forName(charset)))))
				.withMessageContaining(message)
				.withMessageContaining(name + "] - " + place);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a: b\u0000c", "a: 1\nb: \u0007", "a\0:\0 \0b\0" })
	void refusesControlCharacters(String text) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("x.yml", text))
			.withMessageContaining("is not allowed")
			.withMessageContaining("x.yml");
	}

	@Test
	void refusesAliasesThatStandForTooMuch() {
		StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
		for (int i = 1; i < 9; i++) {
			text.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(9, "*a" + (i - 1)))));
		}
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("x.yml", text.toString()))
			.withMessageContaining("'a5")
			.withMessageContaining("x.yml")
			.withMessageContaining("more than 100000 values");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x.yml", "x.json" })
	void refusesTooManyLevels(String name) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> read(name, "[".repeat(100_000) + "]".repeat(100_000)))
			.withMessageContaining(name + "] - 1:102")
			.withMessageContaining("more than 100 levels");
		assertThat(read(name, "[".repeat(100) + "1" + "]".repeat(100))).hasSize(1);
	}

	@Test
	void aliasesDoNotGetAroundTheLimitOfLevels() {
		StringBuilder text = new StringBuilder("- &a0 [x]\n");
		for (int i = 1; i < 200; i++) {
			text.append("- &a%d [*a%d]\n".formatted(i, i - 1));
		}
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("x.yml", text.toString()))
			.withMessageContaining("more than 100 levels");
	}

	@Test
	void refusesLargeFiles() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> this.reader.read(resource("x.yml", new byte[16 * 1024 * 1024 + 1])))
			.withMessageContaining("x.yml")
			.withMessageContaining("16 MB");
	}

	@Test
	void readsAFileLargerThanTheLimitOfSnakeYaml() {
		String line = "- { a: 1, text: 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz' }\n";
		assertThat(read("x.yml", line.repeat(60_000)).get(0).elements()).hasSize(60_000);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			2592000 | has no unit
			00      | has no unit
			soon    | which is not a duration
			1y      | which is not a duration
			~~      | has no value
			[1s]    | wanted a single value, found a list
			99999999999999999999d | which is not a duration
			-0      | has no unit
			+5      | has no unit
			-5      | has no unit
			1.5d    | which is not a duration
			1_000s  | which is not a duration
			0x10    | which is not a duration
			7 days  | which is not a duration
			PT      | which is not a duration
			'1d 2h' | which is not a duration
			{ d: 1 } | wanted a single value, found a map
			""")
	void aDurationNeedsAUnit(String text, String message) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("a: " + text).require("a").duration())
			.withMessageContaining(message)
			.withMessageContaining("'a' (test [x.yml] - 1:");
		assertThat(yaml("a: 0").require("a").duration()).isZero();
		assertThat(yaml("a: 7d").require("a").duration()).hasDays(7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1MB", "0", "1XB", "many", "99999999999TB", "1.5MB", "-0", "0MB", "1 MiB", "MB", "0x10",
			"1e3", "9223372036854775808", "-9223372036854775808" })
	void aSizeIsGreaterThanZero(String text) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("a: " + text).require("a").size())
			.withMessageContaining("which is not a size greater than zero");
		assertThat(yaml("a: 1MB").require("a").size().toBytes()).isEqualTo(1024 * 1024);
	}

	@ParameterizedTest
	@ValueSource(strings = { "s3cret", "-77" })
	void theValueOfAPlaceholderShowsInNoError(String value) {
		this.environment.setProperty("secret", value);
		DefinitionNode node = yaml("a: ${secret}").require("a");
		for (ThrowingCallable read : List.<ThrowingCallable>of(node::duration, node::size, node::flag,
				() -> node.number(0, 5), () -> node.constant(RunPolicy.class), node::timestamp, node::entries,
				node::elements)) {
			assertThatExceptionOfType(InitializationException.class).isThrownBy(read)
				.withMessageContaining("'a' (test [x.yml] - 1:4)")
				.withMessageNotContaining(value)
				.satisfies((ex) -> assertThat(ex.getAction()).doesNotContain(value));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "yes", "1", "''", "", "[true]", "ture" })
	void aFlagIsTrueOrFalse(String text) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("a: " + text).require("a").flag())
			.withMessageContaining("'a' (test [x.yml] - 1:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ b: c }", "[{ b: c }]", "[null]", "", "['']" })
	void textsAreAListOrAText(String text) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("a: " + text).require("a").texts())
			.withMessageContaining("'a");
		assertThat(yaml("[a, 1]").texts()).isEqualTo(yaml("'a , 1'").texts()).containsExactly("a", "1");
	}

	@Test
	void namesTheNearestKnownKey() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> yaml("a: 1\nuniqe: true").entries(List.of("a", "unique")))
			.withMessage(
					"Invalid definition at 'uniqe' (test [x.yml] - 2:1): unknown key 'uniqe', did you mean 'unique'?");
	}

	@Test
	void namesThePlaceInJsonThatStandsInAText() {
		DefinitionNode node = yaml("a:\n  b: '{\"c\": {\"d\": 1, \"d\": 2}}'").require("a").require("b");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> DefinitionReader.json(node))
			.withMessageContaining("'a.b.c.d' (test [x.yml] - 2:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e99999999999", "1e999999999" })
	void aHugeExponentTakesNoTime(String text) {
		DefinitionNode node = yaml("a: " + text).require("a");
		if (text.length() > 11) {
			assertThatExceptionOfType(InitializationException.class).isThrownBy(node::value)
				.withMessageContaining("exponent");
		}
		else {
			assertThat(node.value()).isEqualTo(new BigDecimal(text));
		}
	}

	private DefinitionNode yaml(String text) {
		return read("x.yml", text).get(0);
	}

	private DefinitionNode json(String text) {
		return read("x.json", text).get(0);
	}

	private List<DefinitionNode> read(String name, String text) {
		return this.reader.read(resource(name, text.getBytes(StandardCharsets.UTF_8)));
	}

	private static Resource resource(String name, byte[] bytes) {
		return new ByteArrayResource(bytes) {

			@Override
			public String getFilename() {
				return name;
			}

			@Override
			public String getDescription() {
				return "test [" + name + "]";
			}

			@Override
			public String toString() {
				return getDescription();
			}

		};
	}

	private static List<@Nullable Object> list(@Nullable Object... values) {
		List<@Nullable Object> list = new ArrayList<>();
		Collections.addAll(list, values);
		return list;
	}

	private static Map<String, @Nullable Object> map(@Nullable Object... entries) {
		Map<String, @Nullable Object> map = new java.util.LinkedHashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put(String.valueOf(entries[i]), entries[i + 1]);
		}
		return map;
	}

}
