package io.dbinit.seed;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.dbinit.definition.DefinitionNode;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

/**
 * Condition under which a seed is applied. All of its parts must hold: {@code property}
 * and {@code bean} when the plan is made, {@code empty} and {@code query} right before
 * the seed is written.
 */
final class SeedCondition {

	/** Condition of a seed that has none. */
	static final SeedCondition NONE = new SeedCondition(Map.of());

	private static final List<String> KEYS = List.of("property", "value", "bean", "empty", "where", "query");

	private final Map<String, DefinitionNode> parts;

	private SeedCondition(Map<String, DefinitionNode> parts) {
		this.parts = parts;
	}

	/**
	 * Read a condition.
	 * @param node the notation
	 * @param isTable whether the seed is for a table, which is queried by SQL
	 */
	static SeedCondition read(DefinitionNode node, boolean isTable) {
		Map<String, DefinitionNode> parts = node.entries(KEYS);
		if (parts.isEmpty()) {
			throw node.invalid("there is no condition", "Add one of " + KEYS + ".");
		}
		requireBeside(parts, "value", "property");
		requireBeside(parts, "where", "empty");
		parts.forEach((key, part) -> {
			if (!key.equals("where")) {
				part.name();
			}
		});
		DefinitionNode query = parts.get("query");
		if (query != null && !isTable) {
			throw query.invalidKey("'query' is in SQL, but the seed is for a collection",
					"Write { empty: …, where: { … } } with a filter.");
		}
		DefinitionNode where = parts.get("where");
		if (where != null && isTable) {
			where.name();
		}
		else if (where != null) {
			where.entries();
		}
		return new SeedCondition(parts);
	}

	private static void requireBeside(Map<String, DefinitionNode> parts, String key, String other) {
		DefinitionNode part = parts.get(key);
		if (part != null && !parts.containsKey(other)) {
			throw part.invalidKey("'" + key + "' is there without '" + other + "'", "Add '" + other + "'.");
		}
	}

	/**
	 * Return whether the application fulfills the condition.
	 * @param properties the properties of the application
	 * @param beans returns whether a bean of a name exists
	 */
	boolean matches(PropertyResolver properties, Predicate<String> beans) {
		DefinitionNode property = this.parts.get("property");
		DefinitionNode bean = this.parts.get("bean");
		return (property == null || matches(properties.getProperty(property.name())))
				&& (bean == null || beans.test(bean.name()));
	}

	private boolean matches(@Nullable String found) {
		DefinitionNode value = this.parts.get("value");
		return found != null && ((value != null) ? found.equals(value.name()) : !found.equals("false"));
	}

	/**
	 * Return whether the database fulfills the condition.
	 * @param writer access to the database
	 */
	boolean isMet(SeedWriter writer) throws Exception {
		DefinitionNode empty = this.parts.get("empty");
		DefinitionNode query = this.parts.get("query");
		return (empty == null || writer.isEmpty(empty.name(), this.parts.get("where")))
				&& (query == null || writer.isTrue(query));
	}

}
