package io.dbinit.seed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

/**
 * Adds the seeds of this environment to the plan, each after those on which it depends.
 */
final class SeedPlan implements PlanCustomizer {

	private final Map<String, Seed> seeds = new LinkedHashMap<>();

	private final BiFunction<String, String, @Nullable InitializationException> missing;

	private final Predicate<Seed> included;

	SeedPlan(List<? extends Seed> seeds) {
		this(seeds, (seed) -> true, (definition, database) -> null);
	}

	/**
	 * Create a plan.
	 * @param seeds the seeds
	 * @param included whether the application fulfills the condition of a seed
	 * @param missing returns the error of a definition whose database does not exist, if
	 * more is known about it
	 */
	SeedPlan(List<? extends Seed> seeds, Predicate<Seed> included,
			BiFunction<String, String, @Nullable InitializationException> missing) {
		this.included = included;
		this.missing = missing;
		for (Seed seed : seeds) {
			Seed other = this.seeds.putIfAbsent(seed.id(), seed);
			if (other != null) {
				throw error("Two seeds have the id '%s': %s and %s".formatted(seed.id(), where(other, "id"),
						where(seed, "id")));
			}
		}
	}

	@Override
	public void customize(Plan.Builder plan) {
		List<Seed> ordered = new ArrayList<>();
		for (Seed seed : this.seeds.values()) {
			add(seed, ordered, new ArrayDeque<>());
		}
		for (Seed seed : ordered) {
			if (plan.environment().accepts(seed.environments()) && this.included.test(seed)) {
				requireRealData(seed, plan.environment());
				add(seed, plan);
			}
		}
	}

	private static void requireRealData(Seed seed, Environment environment) {
		if (environment.isProduction() && seed instanceof FileSeed file && file.data().source() instanceof Recipe) {
			throw error("Seed '%s' (%s) generates its rows, which is refused under the rules of production"
				.formatted(seed.id(), where(seed, "generate")));
		}
	}

	private void add(Seed seed, Plan.Builder plan) {
		if (plan.database(seed.database()).isEmpty()) {
			String definition = "Seed '%s' (%s)".formatted(seed.id(), where(seed, "database"));
			InitializationException missing = this.missing.apply(definition, seed.database());
			throw (missing != null) ? missing : error("%s is for the database '%s', which is not there%s"
				.formatted(definition, seed.database(), databases(seed.database(), plan.databaseNames())));
		}
		try {
			plan.step(seed.database(), new SeedStep(seed));
		}
		catch (InitializationException ex) {
			throw new InitializationException("%s (%s)".formatted(ex.getMessage(), where(seed, "id")), ex.getAction(),
					ex);
		}
	}

	private static String databases(String wanted, List<String> known) {
		return known.isEmpty() ? ": there is neither a data source nor a MongoDB client"
				: NearestWord.suggest(wanted, known);
	}

	private void add(Seed seed, List<Seed> ordered, Deque<String> path) {
		if (ordered.contains(seed)) {
			return;
		}
		if (path.contains(seed.id())) {
			path.addLast(seed.id());
			throw error("Seeds depend on each other in a circle: %s (%s)".formatted(String.join(" -> ", path),
					where(seed, "depends-on")));
		}
		path.addLast(seed.id());
		for (String id : seed.dependsOn()) {
			Seed dependency = this.seeds.get(id);
			if (dependency == null) {
				throw error("Seed '%s' (%s) depends on '%s', which is not there%s".formatted(seed.id(),
						where(seed, "depends-on"), id, NearestWord.suggest(id, this.seeds.keySet())));
			}
			if (!dependency.database().equals(seed.database())) {
				throw error("Seed '%s' (%s) depends on '%s', which is for another database: '%s'".formatted(seed.id(),
						where(seed, "depends-on"), id, dependency.database()));
			}
			add(dependency, ordered, path);
		}
		for (Seed other : referenced(seed)) {
			if (!path.contains(other.id())) {
				add(other, ordered, path);
			}
		}
		path.removeLast();
		ordered.add(seed);
	}

	/**
	 * Return the seeds that write the tables and collections to which a seed refers. Two
	 * that refer to each other are applied in the order of their files.
	 */
	private List<Seed> referenced(Seed seed) {
		Set<String> targets = (seed instanceof FileSeed file) ? file.targets() : Set.of();
		return this.seeds.values()
			.stream()
			.filter((other) -> other != seed && other instanceof FileSeed file
					&& other.database().equals(seed.database()) && targets.contains(file.data().target()))
			.toList();
	}

	private static String where(Seed seed, String key) {
		if (seed instanceof FileSeed file) {
			DefinitionNode definition = file.definition();
			return definition.get(key).orElse(definition).where();
		}
		return seed.getClass().getName();
	}

	private static InitializationException error(String message) {
		return new InitializationException(message, "Correct the definition. Nothing was changed.", null);
	}

}
