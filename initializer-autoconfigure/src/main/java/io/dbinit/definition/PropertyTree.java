package io.dbinit.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

/**
 * Properties of one source, put together by the elements of their names.
 */
final class PropertyTree {

	private final Branch root = new Branch();

	/**
	 * Put a text at its place.
	 */
	void put(List<String> keys, String text, DefinitionSource source) {
		Branch branch = branch(keys);
		branch.text = text;
		branch.source = source;
	}

	/**
	 * Put a node of a file at its place.
	 */
	void put(List<String> keys, DefinitionNode node) {
		branch(keys).node = node;
	}

	private Branch branch(List<String> keys) {
		Branch branch = this.root;
		for (String key : keys) {
			branch = branch.children.computeIfAbsent(key, (absent) -> new Branch());
		}
		return branch;
	}

	/**
	 * Return the nodes below the root.
	 * @param path the path of the root
	 * @return the nodes by key
	 */
	Map<String, DefinitionNode> definitions(String path) {
		if (this.root.text != null && !this.root.text.isEmpty() && this.root.source != null) {
			return node(this.root.source, null, path, new Scalar(this.root.text, true, null)).entries();
		}
		return this.root.children.isEmpty() ? Map.of() : this.root.toNode(null, path).entries();
	}

	private static DefinitionNode node(DefinitionSource source, @Nullable DefinitionNode parent, String key,
			Object content) {
		return new DefinitionNode(source, parent, key, Place.START, Place.START, content);
	}

	private static final class Branch {

		private final Map<String, Branch> children = new LinkedHashMap<>();

		private @Nullable String text;

		private @Nullable DefinitionSource source;

		private @Nullable DefinitionNode node;

		DefinitionNode toNode(@Nullable DefinitionNode parent, String key) {
			if (this.children.isEmpty()) {
				return (this.node != null) ? this.node
						: node(source(), parent, key, new Scalar(String.valueOf(this.text), true, null));
			}
			if (this.node != null || (this.text != null && !this.text.isEmpty())) {
				throw node(source(), parent, key, new Scalar("", true, null))
					.invalid("the property has a value, and others below it", "Remove one of them.");
			}
			return isList() ? list(parent, key) : map(parent, key);
		}

		private boolean isList() {
			return this.children.keySet().stream().allMatch((key) -> key.matches("\\[\\d+]"));
		}

		private DefinitionNode map(@Nullable DefinitionNode parent, String key) {
			Map<String, DefinitionNode> entries = new LinkedHashMap<>();
			DefinitionNode map = node(source(), parent, key, entries);
			this.children.forEach((child, branch) -> {
				String name = withoutBrackets(child);
				entries.put(name, branch.toNode(map, name));
			});
			return map;
		}

		private DefinitionNode list(@Nullable DefinitionNode parent, String key) {
			List<DefinitionNode> elements = new ArrayList<>();
			DefinitionNode list = node(source(), parent, key, elements);
			for (int i = 0; i < this.children.size(); i++) {
				Branch branch = this.children.get("[" + i + "]");
				if (branch == null) {
					throw list.invalid("there is no element [" + i + "]", "Number the elements from 0 on.");
				}
				elements.add(branch.toNode(list, String.valueOf(i)));
			}
			return list;
		}

		/**
		 * Return the source of the first property of this branch.
		 */
		private DefinitionSource source() {
			if (this.source != null) {
				return this.source;
			}
			if (this.node != null) {
				return this.node.source();
			}
			return this.children.values()
				.stream()
				.findFirst()
				.map(Branch::source)
				.orElseGet(() -> new DefinitionSource.Property(null, (text) -> text));
		}

		private static String withoutBrackets(String key) {
			return (key.startsWith("[") && key.endsWith("]")) ? key.substring(1, key.length() - 1) : key;
		}

	}

}
