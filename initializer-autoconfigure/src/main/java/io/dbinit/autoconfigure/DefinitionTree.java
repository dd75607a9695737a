package io.dbinit.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The properties of a definition as the tree as which they were written, with the
 * characters of keys that Spring Boot's names leave out, like {@code $}. Where several
 * property sources have the same part, the first one does.
 */
final class DefinitionTree {

	private final List<Node> sources = new ArrayList<>();

	private final PlaceholdersResolver placeholders;

	DefinitionTree(Iterable<ConfigurationPropertySource> sources, PlaceholdersResolver placeholders) {
		this.placeholders = placeholders;
		for (ConfigurationPropertySource source : sources) {
			Object underlying = source.getUnderlyingSource();
			if (underlying instanceof EnumerablePropertySource<?> enumerable
					&& !(underlying instanceof SystemEnvironmentPropertySource)) {
				this.sources.add(read(enumerable));
			}
		}
	}

	private static Node read(EnumerablePropertySource<?> source) {
		Node root = new Node("");
		for (String name : source.getPropertyNames()) {
			Node node = root;
			for (String key : keys(name)) {
				node = node.children.computeIfAbsent(key, Node::new);
			}
			node.value = source.getProperty(name);
			node.origin = OriginLookup.getOrigin(source, name);
		}
		return root;
	}

	/**
	 * Split a name like {@code a.b[0].c[d.e]} at its dots and brackets.
	 */
	private static List<String> keys(String name) {
		List<String> keys = new ArrayList<>();
		int start = 0;
		for (int i = 0; i <= name.length(); i++) {
			char c = (i < name.length()) ? name.charAt(i) : '.';
			if (c == '.' || c == '[') {
				if (i > start) {
					keys.add(name.substring(start, i));
				}
				start = i + 1;
			}
			if (c == '[') {
				int end = name.indexOf(']', i);
				end = (end != -1) ? end : name.length() - 1;
				keys.add(name.substring(i, end + 1));
				i = end;
				start = end + 1;
			}
		}
		return keys;
	}

	private Optional<Node> find(ConfigurationPropertyName name) {
		return this.sources.stream().flatMap((source) -> source.find(name, 0).stream()).findFirst();
	}

	boolean isScalar(ConfigurationPropertyName name) {
		return find(name).filter((node) -> node.children.isEmpty()).isPresent();
	}

	boolean isList(ConfigurationPropertyName name) {
		return find(name).filter(Node::isList).isPresent();
	}

	/**
	 * Return the keys below something.
	 * @param name the name of what is above them
	 * @return the keys, as they were written
	 */
	Collection<String> keys(ConfigurationPropertyName name) {
		return find(name).map((node) -> node.children.keySet()).orElseGet(Set::of);
	}

	/**
	 * Return what was written.
	 * @param name the name of a property, or of what is above it
	 * @return a scalar, a list or a map; {@code null} if there is nothing
	 */
	@Nullable Object value(ConfigurationPropertyName name) {
		return find(name).map(this::value).orElse(null);
	}

	private @Nullable Object value(Node node) {
		if (node.children.isEmpty()) {
			return this.placeholders.resolvePlaceholders(node.value);
		}
		if (node.isList()) {
			List<@Nullable Object> list = new ArrayList<>();
			node.children.values().forEach((child) -> list.add(value(child)));
			return list;
		}
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		node.children.forEach((key, child) -> map.put(withoutBrackets(key), value(child)));
		return map;
	}

	/**
	 * Return where something was written.
	 * @param name the name of a property, or of what is above it
	 * @return the file with line and column, or empty if it is not known
	 */
	Optional<Origin> origin(ConfigurationPropertyName name) {
		return find(name).flatMap((node) -> node.origins().findFirst());
	}

	private static String withoutBrackets(String key) {
		return key.startsWith("[") ? key.substring(1, key.length() - 1) : key;
	}

	private static final class Node {

		private final String key;

		private final String uniform;

		private final Map<String, Node> children = new LinkedHashMap<>();

		private @Nullable Object value;

		private @Nullable Origin origin;

		Node(String key) {
			this.key = key;
			ConfigurationPropertyName name = ConfigurationPropertyName.adapt(key, '.');
			this.uniform = name.isEmpty() ? "" : name.getLastElement(Form.UNIFORM);
		}

		boolean isList() {
			return !this.children.isEmpty()
					&& this.children.keySet().stream().allMatch((key) -> key.matches("\\[\\d+]"));
		}

		Optional<Node> find(ConfigurationPropertyName name, int element) {
			if (element == name.getNumberOfElements()) {
				return Optional.of(this);
			}
			String wanted = name.getElement(element, Form.UNIFORM);
			return this.children.values()
				.stream()
				.filter((child) -> child.uniform.equals(wanted))
				.flatMap((child) -> child.find(name, element + 1).stream())
				.findFirst();
		}

		Stream<Origin> origins() {
			return Stream.concat(Stream.ofNullable(this.origin),
					this.children.values().stream().flatMap(Node::origins));
		}

		@Override
		public String toString() {
			return this.key + "=" + Objects.requireNonNullElse(this.value, this.children);
		}

	}

}
