package io.dbinit.seed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

/**
 * Recipes of seeds by the ids of the seeds. Properties override their counts.
 */
final class Recipes {

	private static final String COUNT = "db-init.seeds.generate.";

	private final PropertyResolver properties;

	private final Map<String, DefinitionNode> definitions = new HashMap<>();

	private final Map<String, Recipe> recipes = new HashMap<>();

	private final Deque<String> path = new ArrayDeque<>();

	Recipes(PropertyResolver properties) {
		this.properties = properties;
	}

	/**
	 * Add the recipes of seeds, to which others may refer.
	 */
	void add(List<DefinitionNode> seeds) {
		for (DefinitionNode seed : seeds) {
			if (seed.isMap() && seed.entries().containsKey("id") && seed.entries().containsKey("generate")) {
				this.definitions.put(seed.require("id").name(), seed.require("generate"));
			}
		}
	}

	Recipe read(String id, DefinitionNode definition) {
		if (!ClassUtils.isPresent("net.datafaker.Faker", getClass().getClassLoader())) {
			throw definition.invalidKey("generated rows need the library 'net.datafaker:datafaker', which is not there",
					"Add it to the dependencies of the application.");
		}
		Recipe known = this.recipes.get(id);
		if (known != null) {
			return known;
		}
		if (this.path.contains(id)) {
			throw definition.invalid("its 'per' leads back to it: " + String.join(" -> ", this.path), "Correct 'per'.");
		}
		this.path.addLast(id);
		Recipe recipe = new Recipe(id, definition, count(id, definition), this::parent);
		this.path.removeLast();
		this.recipes.put(id, recipe);
		return recipe;
	}

	private Recipe parent(DefinitionNode per) {
		DefinitionNode definition = this.definitions.get(per.name());
		if (definition == null) {
			throw per.invalid("no seed '%s' has a recipe%s".formatted(per.name(),
					NearestWord.suggest(per.name(), this.definitions.keySet())), "Correct the id.");
		}
		return read(per.name(), definition);
	}

	private @Nullable Integer count(String id, DefinitionNode definition) {
		String property = COUNT + id;
		try {
			Integer count = this.properties.getProperty(property, Integer.class);
			if (count != null && count < 0) {
				throw new IllegalArgumentException("it is negative");
			}
			return count;
		}
		catch (RuntimeException ex) {
			throw definition.invalid(
					"the property '%s' is not a number of rows: %s".formatted(property, ex.getMessage()),
					"Correct the property.");
		}
	}

}
