package io.dbinit.seed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;
import io.dbinit.seed.SeedData.Mode;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

import org.springframework.core.env.PropertyResolver;

/**
 * One seed as it stands in a file. Every error names the file, the line and the key.
 */
final class SeedNode {

	private static final Set<String> KEYS = Set.of("id", "description", "database", "environments", "required",
			"depends-on", "table", "collection", "mode", "key", "data");

	private static final Map<String, Mode> MODES = Map.of("if-empty", Mode.IF_EMPTY, "insert", Mode.INSERT, "upsert",
			Mode.UPSERT);

	private final String file;

	private final Node document;

	private final PropertyResolver placeholders;

	private final Map<String, Node> nodes = new LinkedHashMap<>();

	SeedNode(String file, Node document, PropertyResolver placeholders) {
		this.file = file;
		this.document = document;
		this.placeholders = placeholders;
		if (!(document instanceof MappingNode mapping)) {
			throw error(document, "A seed must be a map with the keys " + KEYS.stream().sorted().toList());
		}
		mapping.getValue().forEach(this::add);
	}

	private void add(NodeTuple entry) {
		String key = (entry.getKeyNode() instanceof ScalarNode scalar) ? scalar.getValue() : "?";
		if (!KEYS.contains(key)) {
			throw error(entry.getKeyNode(), "Unknown key '" + key + "'" + NearestWord.suggest(key, KEYS));
		}
		if (this.nodes.put(key, entry.getValueNode()) != null) {
			throw error(entry.getKeyNode(), "Key '" + key + "' stands twice");
		}
	}

	FileSeed toSeed() {
		boolean table = this.nodes.containsKey("table");
		if (table == this.nodes.containsKey("collection")) {
			throw error(this.document, "Exactly one of 'table' and 'collection' must be given");
		}
		String id = required("id");
		SeedData data = data(required(table ? "table" : "collection"));
		String database = text("database", table ? "jdbc" : "mongodb");
		return new FileSeed(this.file + ":" + line(this.document), id, text("description", ""), database,
				new LinkedHashSet<>(words("environments")), bool("required", true),
				new LinkedHashSet<>(words("depends-on")), data);
	}

	private SeedData data(String target) {
		Mode mode = mode();
		List<String> key = words("key");
		if (mode != Mode.IF_EMPTY && key.isEmpty()) {
			throw error(this.document, "'key' is needed to tell which rows are there already");
		}
		Node node = node("data");
		Object value = resolve(construct(node), node);
		if (!(value instanceof List<?> list)) {
			throw error(node, "'data' must be a list of rows");
		}
		List<Map<String, @Nullable Object>> rows = new ArrayList<>();
		for (Object row : list) {
			rows.add(row(row, key, rows.size(), node));
		}
		return new SeedData(target, mode, key, rows);
	}

	private Mode mode() {
		String mode = text("mode", "insert");
		Mode known = MODES.get(mode);
		if (known == null) {
			throw error(node("mode"), "Unknown mode '" + mode + "'" + NearestWord.suggest(mode, MODES.keySet()));
		}
		return known;
	}

	@SuppressWarnings("unchecked")
	private Map<String, @Nullable Object> row(@Nullable Object row, List<String> key, int index, Node node) {
		if (!(row instanceof Map<?, ?> map)) {
			throw error(node, "Row " + (index + 1) + " of 'data' must be a map");
		}
		for (String field : key) {
			if (value(map, field) == null) {
				throw error(node, "Row " + (index + 1) + " of 'data' has no value of the key '" + field + "'");
			}
		}
		return (Map<String, @Nullable Object>) map;
	}

	private static @Nullable Object value(Map<?, ?> row, String field) {
		Object value = row.get(field);
		int dot = field.indexOf('.');
		if (value == null && dot > 0 && row.get(field.substring(0, dot)) instanceof Map<?, ?> nested) {
			return value(nested, field.substring(dot + 1));
		}
		return value;
	}

	private @Nullable Object resolve(@Nullable Object value, Node node) {
		if (value instanceof String text) {
			return resolve(text, node);
		}
		if (value instanceof Collection<?> list) {
			List<@Nullable Object> resolved = new ArrayList<>();
			list.forEach((element) -> resolved.add(resolve(element, node)));
			return resolved;
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
			map.forEach((key, element) -> resolved.put(String.valueOf(key), resolve(element, node)));
			return resolved;
		}
		return value;
	}

	private String resolve(String text, Node node) {
		try {
			return this.placeholders.resolveRequiredPlaceholders(text);
		}
		catch (IllegalArgumentException ex) {
			throw error(node, "A placeholder has no value: " + ex.getMessage());
		}
	}

	private String required(String key) {
		String value = text(key, "");
		if (value.isBlank()) {
			throw error(this.nodes.getOrDefault(key, this.document), "'" + key + "' must have a value");
		}
		return value;
	}

	private String text(String key, String defaultValue) {
		Node node = this.nodes.get(key);
		if (node == null) {
			return defaultValue;
		}
		if (node instanceof ScalarNode scalar) {
			return resolve(scalar.getValue(), node);
		}
		throw error(node, "'" + key + "' must be a text");
	}

	private boolean bool(String key, boolean defaultValue) {
		String value = text(key, String.valueOf(defaultValue));
		if (!value.equals("true") && !value.equals("false")) {
			throw error(node(key), "'" + key + "' must be true or false, not '" + value + "'");
		}
		return value.equals("true");
	}

	private List<String> words(String key) {
		Node node = this.nodes.get(key);
		if (node == null) {
			return List.of();
		}
		Object value = resolve(construct(node), node);
		Collection<?> words = (value instanceof Collection<?> list) ? list
				: Arrays.asList(String.valueOf(value).split("\\s*,\\s*"));
		return words.stream().map(String::valueOf).filter((word) -> !word.isBlank()).toList();
	}

	private Node node(String key) {
		Node node = this.nodes.get(key);
		if (node == null) {
			throw error(this.document, "'" + key + "' is missing");
		}
		return node;
	}

	private InitializationException error(Node node, String message) {
		return new InitializationException(
				"Failed to read a seed from '%s', line %d: %s".formatted(this.file, line(node), message),
				"Correct the file. Nothing was changed.", null);
	}

	private static int line(Node node) {
		return node.getStartMark().getLine() + 1;
	}

	private static @Nullable Object construct(Node node) {
		return new NodeConstructor().construct(node);
	}

	private static final class NodeConstructor extends SafeConstructor {

		NodeConstructor() {
			super(new LoaderOptions());
		}

		@Nullable Object construct(Node node) {
			return constructDocument(node);
		}

	}

}
