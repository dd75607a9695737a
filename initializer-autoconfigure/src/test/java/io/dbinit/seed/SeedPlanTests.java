package io.dbinit.seed;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.Step;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SeedPlan}.
 */
class SeedPlanTests {

	private final InMemoryDatabase database = new InMemoryDatabase("mongodb");

	@Test
	void ordersSeedsByWhatTheyDependOn() {
		assertThat(plan("test", seed("a", Set.of(), "b"), seed("b", Set.of(), "c"), seed("c", Set.of())))
			.containsExactly("seed c", "seed b", "seed a");
	}

	@Test
	void productionTakesOnlyWhatNamesIt() {
		Seed[] seeds = { seed("unnamed", Set.of()), seed("everywhere", Set.of("all")),
				seed("named", Set.of("production")), seed("other", Set.of("test")) };
		assertThat(plan("production", seeds)).containsExactly("seed everywhere", "seed named");
		assertThat(plan("prod", seeds)).containsExactly("seed everywhere", "seed named");
		assertThat(plan("prod-eu", seeds)).containsExactly("seed everywhere");
		assertThat(plan(" ", seeds)).containsExactly("seed everywhere", "seed named");
		assertThat(plan("test", seeds)).containsExactly("seed unnamed", "seed everywhere", "seed other");
	}

	@Test
	void refusesACircle() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("test", seed("a", Set.of(), "b"), seed("b", Set.of(), "a")))
			.withMessageContaining("a -> b -> a");
	}

	@Test
	void refusesTwoSeedsOfOneId() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("test", seed("a", Set.of()), seed("a", Set.of())))
			.withMessageContaining("Two seeds have the id 'a'");
	}

	@Test
	void refusesADependencyThatIsNotThere() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("test", seed("users", Set.of()), seed("b", Set.of(), "user")))
			.withMessageContaining("depends on 'user', which is not there, did you mean 'users'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"a\\nINFO done\"", "\"a\\u001b[31m\"", "LONG" })
	void refusesAnIdThatCannotBePrintedOrStored(String id) {
		FileSeed seed = file(
				"{ id: %s, collection: c, mode: if-empty, data: [] }".formatted(id.replace("LONG", "x".repeat(200))));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> plan("test", seed))
			.withMessageStartingWith("Step 'seed ")
			.withMessageEndingWith("('id' (Byte array resource [seed.yml] - 1:7))")
			.satisfies((ex) -> assertThat(ex.getMessage().chars()).noneMatch(Character::isISOControl));
	}

	@Test
	void namesThePlaceOfTheKeyThatIsWrong() {
		FileSeed a = file("{ id: a, collection: c, mode: if-empty, depends-on: [ b ], data: [] }");
		FileSeed b = file("{ id: b, collection: c, mode: if-empty, depends-on: a, database: mongo, data: [] }");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> plan("test", a, a))
			.withMessage("Two seeds have the id 'a': 'id' (Byte array resource [seed.yml] - 1:7)"
					+ " and 'id' (Byte array resource [seed.yml] - 1:7)");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> plan("test", a))
			.withMessageContaining("Seed 'a' ('depends-on' (Byte array resource [seed.yml] - 1:53)) depends on 'b'");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> plan("test", a, b))
			.withMessageContaining("depends on 'b', which is for another database: 'mongo'");
		FileSeed other = file("{ id: c, collection: c, mode: if-empty, database: mongo, data: [] }");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> plan("test", other))
			.withMessageContaining("Seed 'c' ('database' (Byte array resource [seed.yml] - 1:51)) is for the database");
	}

	@Test
	void refusesADatabaseThatIsNotThere() {
		SeedPlan seeds = new SeedPlan(List.of(seed("a", Set.of())));
		Plan.Builder plan = Plan.builder(Environment.of("test")).database(new InMemoryDatabase("mongo"));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> seeds.customize(plan))
			.withMessageContaining("'mongodb', which is not there, did you mean 'mongo'?");
	}

	@Test
	void saysThatThereIsNoDatabaseAtAll() {
		SeedPlan seeds = new SeedPlan(List.of(seed("a", Set.of())));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> seeds.customize(Plan.builder(Environment.of("test"))))
			.withMessageEndingWith(
					"'mongodb', which is not there: there is neither a data source nor a MongoDB client");
	}

	private List<String> plan(String environment, Seed... seeds) {
		Plan.Builder plan = Plan.builder(Environment.of(environment)).database(this.database);
		new SeedPlan(List.of(seeds)).customize(plan);
		return plan.build().steps(this.database).stream().map(Step::name).toList();
	}

	private static FileSeed file(String text) {
		return new SeedNotation(new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "seed.yml"))
			.get(0), new DefaultResourceLoader(), new References(), null, new Recipes(new MockEnvironment())).read();
	}

	private static Seed seed(String id, Set<String> environments, String... dependsOn) {
		return new TestSeed(id, "mongodb", environments, Set.of(dependsOn), (context) -> {
		});
	}

}
