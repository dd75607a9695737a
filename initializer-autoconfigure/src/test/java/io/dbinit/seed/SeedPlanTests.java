package io.dbinit.seed;

import java.util.List;
import java.util.Set;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.Step;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestSeed;
import org.junit.jupiter.api.Test;

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

	private static Seed seed(String id, Set<String> environments, String... dependsOn) {
		return new TestSeed(id, "mongodb", environments, Set.of(dependsOn), (context) -> {
		});
	}

}
