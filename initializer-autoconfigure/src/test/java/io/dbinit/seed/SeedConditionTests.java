package io.dbinit.seed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SeedCondition}.
 */
class SeedConditionTests {

	private final MockEnvironment properties = new MockEnvironment().withProperty("app.demo", "true")
		.withProperty("app.off", "false")
		.withProperty("app.mode", "trial");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{ property: app.demo }                   | true
			{ property: app.mode }                   | true
			{ property: app.off }                    | false
			{ property: app.nowhere }                | false
			{ property: app.mode, value: trial }     | true
			{ property: app.mode, value: Trial }     | false
			{ property: app.off, value: false }      | true
			{ bean: clock }                          | true
			{ bean: calendar }                       | false
			{ bean: clock, property: app.demo }      | true
			{ bean: clock, property: app.off }       | false
			{ bean: calendar, property: app.demo }   | false
			{ empty: users }                         | true
			""")
	void comparesPropertiesAndBeans(String text, boolean matches) {
		assertThat(read(text, true).matches(this.properties, Set.of("clock")::contains)).isEqualTo(matches);
	}

	@Test
	void asksTheDatabaseForEveryPart() throws Exception {
		RecordingWriter writer = new RecordingWriter();
		assertThat(read("{ empty: users, where: \"role = 'admin'\", query: select 1 }", true).isMet(writer)).isTrue();
		assertThat(read("{ empty: users, where: { role: admin } }", false).isMet(writer)).isTrue();
		assertThat(read("{ empty: orders, query: select 1 }", true).isMet(writer)).isFalse();
		assertThat(read("{ empty: users, query: select 0 }", true).isMet(writer)).isFalse();
		assertThat(SeedCondition.NONE.isMet(writer)).isTrue();
		assertThat(writer.asked).containsExactly("users role = 'admin'", "select 1", "users {role=admin}",
				"orders null", "users null", "select 0");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			true  | {}                                 | there is no condition
			true  | [ a ]                              | wanted a map
			true  | { emty: users }                    | unknown key 'emty', did you mean 'empty'?
			true  | { empty: [ users ] }               | 'empty' (
			true  | { empty: }                         | has no value
			true  | { value: a }                       | 'value' is there without 'property'
			true  | { where: a }                       | 'where' is there without 'empty'
			true  | { empty: users, where: { a: 1 } }  | 'where' (
			false | { empty: users, where: a = 1 }     | 'where' (
			false | { query: select 1 }                | 'query' is in SQL
			""")
	void namesTheMistake(boolean isTable, String text, String problem) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read(text, isTable))
			.withMessageStartingWith("Invalid definition at ")
			.withMessageContaining("condition.yml] - 1:")
			.withMessageContaining(problem);
	}

	private static SeedCondition read(String text, boolean isTable) {
		return SeedCondition.read(new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "condition.yml"))
			.get(0), isTable);
	}

	private static final class RecordingWriter implements SeedWriter {

		private final List<String> asked = new ArrayList<>();

		@Override
		public boolean isEmpty(String target, @Nullable DefinitionNode filter) {
			this.asked.add(target + " " + ((filter != null) ? filter.plain() : null));
			return target.equals("users");
		}

		@Override
		public boolean isTrue(DefinitionNode query) {
			this.asked.add(query.text());
			return query.text().equals("select 1");
		}

		@Override
		public int write(SeedData data) {
			throw new IllegalStateException();
		}

	}

}
