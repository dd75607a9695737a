package io.dbinit.seed;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.NearestWord;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Values that name a row by its natural key instead of its id: maps whose first key is
 * {@code ref}, as in <code>{ ref: tenants, slug: default }</code>. A row can also have a
 * label, by which others name it: <code>{ ref: "@root" }</code>.
 */
final class References {

	/** Key of a row that gives it a label. */
	static final String LABEL = "@label";

	private static final String REF = "ref";

	private static final String COLUMN = "column";

	/** References whose rows are remembered while a seed is written. */
	private static final int MAX_KNOWN = 10_000;

	private final Map<String, Labelled> labels = new LinkedHashMap<>();

	/**
	 * Row with a label.
	 *
	 * @param label the label
	 * @param target its table or collection
	 * @param key its key with the values
	 */
	private record Labelled(DefinitionNode label, String target, Map<String, DefinitionNode> key) {

	}

	/**
	 * Register the label of a row.
	 */
	void label(DefinitionNode label, String target, List<String> key, Map<String, DefinitionNode> row) {
		if (key.isEmpty()) {
			throw label.invalidKey("a row with a label is found by the 'key' of its seed, which is missing",
					"Add the 'key', or remove the label.");
		}
		Map<String, DefinitionNode> values = new LinkedHashMap<>();
		for (String field : key) {
			DefinitionNode value = row.get(field);
			if (value != null) {
				values.put(field, value);
			}
		}
		Labelled other = this.labels.putIfAbsent(label.name(), new Labelled(label, target, values));
		if (other != null) {
			throw label.invalid("another row has the label '%s' (%s)".formatted(label.name(), other.label().where()),
					"Rename one of them.");
		}
	}

	static boolean isReference(DefinitionNode node) {
		return node.isMap() && node.entries().keySet().stream().findFirst().filter(REF::equals).isPresent();
	}

	/**
	 * Check the references of rows, and return the tables and collections that they name.
	 */
	Set<String> targets(List<Row> rows) {
		Set<String> targets = new LinkedHashSet<>();
		for (Row row : rows) {
			row.values().values().forEach((value) -> {
				if (value instanceof DefinitionNode node) {
					node.replace((map) -> {
						if (isReference(map)) {
							targets.add(target(map));
						}
						return null;
					});
				}
			});
		}
		return targets;
	}

	private String target(DefinitionNode reference) {
		DefinitionNode ref = reference.require(REF);
		String name = ref.name();
		if (!name.startsWith("@")) {
			if (keyOf(reference).isEmpty()) {
				throw reference.invalid("a reference to '" + name + "' must name the row",
						"Write the columns or fields that identify it, like { ref: %s, name: … }.".formatted(name));
			}
			return name;
		}
		if (!keyOf(reference).isEmpty()) {
			throw reference.invalid("a reference to a label has no other keys than 'column'", "Remove them.");
		}
		return labelled(ref).target();
	}

	private Labelled labelled(DefinitionNode ref) {
		String label = ref.name().substring(1);
		Labelled labelled = this.labels.get(label);
		if (labelled == null) {
			throw ref.invalid(
					"no row has the label '%s'%s".formatted(label, NearestWord.suggest(label, this.labels.keySet())),
					"Add '%s: %s' to a row, or correct the reference.".formatted(LABEL, label));
		}
		return labelled;
	}

	private static Map<String, DefinitionNode> keyOf(DefinitionNode reference) {
		Map<String, DefinitionNode> key = new LinkedHashMap<>(reference.entries());
		key.remove(REF);
		key.remove(COLUMN);
		return key;
	}

	/**
	 * Return a lookup for the references of a seed.
	 * @param writer access to the database
	 */
	Lookup lookup(SeedWriter writer) {
		return new Lookup(writer);
	}

	/**
	 * Replaces references by the values that they stand for.
	 */
	final class Lookup {

		private final SeedWriter writer;

		private final Map<String, DefinitionNode> known = new LinkedHashMap<>(16, 0.75f, true) {

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, DefinitionNode> eldest) {
				return size() > MAX_KNOWN;
			}

		};

		private Lookup(SeedWriter writer) {
			this.writer = writer;
		}

		Map<String, @Nullable Object> resolve(Map<String, @Nullable Object> values) {
			Map<String, @Nullable Object> resolved = new LinkedHashMap<>(values);
			resolved.replaceAll((field, value) -> (value instanceof DefinitionNode node) ? resolve(node) : value);
			return resolved;
		}

		DefinitionNode resolveRow(DefinitionNode row) {
			return row.replaceBelow((map) -> isReference(map) ? find(map) : null);
		}

		private DefinitionNode resolve(DefinitionNode value) {
			return value.replace((map) -> isReference(map) ? find(map) : null);
		}

		private DefinitionNode find(DefinitionNode reference) {
			DefinitionNode found = this.known.get(SeedVersion.canonical(reference));
			if (found == null) {
				found = query(reference);
				this.known.put(SeedVersion.canonical(reference), found);
			}
			return found;
		}

		private DefinitionNode query(DefinitionNode reference) {
			String target = target(reference);
			boolean isLabel = reference.require(REF).name().startsWith("@");
			Map<String, DefinitionNode> key = new LinkedHashMap<>(
					isLabel ? labelled(reference.require(REF)).key() : keyOf(reference));
			key.replaceAll((field, value) -> resolve(value));
			String column = reference.get(COLUMN).map(DefinitionNode::name).orElse(null);
			List<DefinitionNode> found = find(reference, target, key, column);
			if (found.size() != 1) {
				throw reference.invalid(
						"%s of '%s' has this %s".formatted(found.isEmpty() ? "no row" : "more than one row", target,
								String.join(", ", key.keySet())),
						found.isEmpty() ? "Correct the reference, or add the row in a seed on which this one depends."
								: "Name more columns, so that one row is left.");
			}
			return found.get(0);
		}

		private List<DefinitionNode> find(DefinitionNode reference, String target, Map<String, DefinitionNode> key,
				@Nullable String column) {
			try {
				return this.writer.find(reference, target, key, column);
			}
			catch (InitializationException | UnsupportedOperationException ex) {
				throw reference.invalid("it cannot be looked up: " + ex.getMessage(), "Correct the reference.");
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("Failed to look up the reference at " + reference.where(), ex);
			}
		}

	}

}
