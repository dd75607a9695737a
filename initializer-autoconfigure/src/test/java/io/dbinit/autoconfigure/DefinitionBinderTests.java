package io.dbinit.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DefinitionBinder}.
 */
class DefinitionBinderTests {

	@TempDir
	Path folder;

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void bindsFiles() throws Exception {
		Zoo zoo = load("zoo.yml", """
				animals:
				  tiger_one:
				    friends:
				    - leo
				    - { name: max, unique: true, sleep: 7d }
				""").value();
		Animal tiger = zoo.animals().get("tiger_one");
		assertThat(tiger.friends()).extracting(Friend::name).containsExactly("leo", "max");
		assertThat(tiger.friends()).extracting(Friend::sleep).containsExactly(null, Duration.ofDays(7));
		assertThat(tiger.friends()).extracting(Friend::unique).containsExactly(null, true);
	}

	@Test
	void bindsEmptyEntries() throws Exception {
		assertThat(load("zoo.yml", "animals:\n  a:\n  b: {}\n  c: { friends: [] }\n").value().animals())
			.containsOnlyKeys("a", "b", "c");
	}

	@Test
	void keepsTreesAsTheyWereWritten() throws Exception {
		this.environment.setProperty("limit", "5");
		Zoo zoo = load("zoo.yml", """
				animals:
				  a: { food: { $or: [ { age: { $gt: 3 } }, { 'x.0': '${limit}' } ], user_id: [ a, B ] } }
				  b: { food: meat }
				""").value();
		assertThat(zoo.animals().get("a").food()).isEqualTo(Map.of("$or",
				List.of(Map.of("age", Map.of("$gt", 3)), Map.of("x", Map.of("0", "5"))), "user_id", List.of("a", "B")));
		assertThat(zoo.animals().get("b").food()).isEqualTo("meat");
	}

	@Test
	void keepsKeysOfSpecialCharacters() throws Exception {
		Zoo zoo = load("zoo.yml", "animals:\n  a: { food: { '$**': 1 } }\n  b: { food: { 'a b': { '$x': 1 } } }\n")
			.value();
		assertThat(zoo.animals().get("a").food()).isEqualTo(Map.of("$**", 1));
		assertThat(zoo.animals().get("b").food()).isEqualTo(Map.of("a b", Map.of("$x", 1)));
	}

	@Test
	void refusesNameThatWouldLoseCharacters() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a b: { food: x }\n"))
			.withMessageContaining("the key 'a b' has special characters")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("\"[a b]\""));
	}

	@Test
	void bindsJsonWithTabs() throws Exception {
		assertThat(load("zoo.json", "{\n\t\"animals\":\t{ \"a\": { \"food\": \"x\" } }\n}").value().animals())
			.containsOnlyKeys("a");
	}

	@Test
	void bindsDottedNamesInBrackets() throws Exception {
		Definition<Zoo> zoo = load("zoo.yml", "animals:\n  \"[fs.files]\": { food: x }\n");
		assertThat(zoo.value().animals()).containsOnlyKeys("fs.files");
		assertThat(zoo.where("animals[fs.files].food")).contains("zoo.yml").contains("2:");
	}

	@Test
	void bindsApplicationProperties() {
		this.environment.setProperty("zoo.animals.a.friends[0]", "leo");
		Definition<Zoo> zoo = new DefinitionBinder(this.environment, new DefaultResourceLoader()).bind("zoo",
				Zoo.class);
		assertThat(zoo.value().animals().get("a").friends()).extracting(Friend::name).containsExactly("leo");
	}

	@Test
	void namesUnknownKey() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a:\n    friends:\n    - { name: x, uniqe: true }\n"))
			.withMessageContaining("Unknown key 'uniqe' at 'animals.a.friends[0].uniqe'")
			.withMessageContaining("zoo.yml")
			.withMessageContaining("4:")
			.withMessageContaining("did you mean 'unique'?");
	}

	@Test
	void namesUnknownKeyAtRoot() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animal:\n  a:\n    food: x\n"))
			.withMessageContaining("Unknown key 'animal'")
			.withMessageContaining("did you mean 'animals'?");
	}

	@Test
	void namesDottedKeyThatWouldBeLost() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  fs.files:\n    food: { a: b }\n"))
			.withMessageContaining("Unknown key 'files'")
			.withMessageContaining("write \"[fs.files]\"");
	}

	@Test
	void namesValueThatIsNotValid() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a:\n    friends:\n    - { name: x, sleep: long }\n"))
			.withMessageContaining("animals.a.friends[0].sleep")
			.withMessageContaining("4:")
			.withMessageContaining("'long', which is not a duration");
	}

	@Test
	void namesAllowedValues() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a: { mood: hapy }\n"))
			.withMessageContaining("2:14): found 'hapy', did you mean 'happy'?");
	}

	@Test
	void refusesTextInPlaceOfList() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a:\n    friends: x, y\n"))
			.withMessageContaining("wanted a list, found 'x, y'");
	}

	@Test
	void namesLineOfBrokenFile() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> load("zoo.yml", "animals:\n  a: [ x\n  b: y\n"))
			.withMessageContaining("zoo.yml")
			.withMessageContaining("line 3");
	}

	private Definition<Zoo> load(String name, String text) throws Exception {
		Path file = Files.writeString(this.folder.resolve(name), text);
		return new DefinitionBinder(this.environment, new DefaultResourceLoader())
			.load(file.toUri().toString(), Zoo.class)
			.get(0);
	}

	record Zoo(@DefaultValue Map<String, Animal> animals) {

	}

	record Animal(@DefaultValue List<Friend> friends, @Nullable Object food, @Nullable Mood mood) {

		public static Animal valueOf(String text) {
			return new Animal(List.of(), null, null);
		}

	}

	record Friend(String name, @Nullable Boolean unique, @Nullable Duration sleep) {

		public static Friend valueOf(String name) {
			return new Friend(name, null, null);
		}

	}

	enum Mood {

		HAPPY, VERY_SAD

	}

}
