package io.dbinit.definition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CompositePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;

/**
 * Reads definitions from application properties. A YAML file from which Spring Boot has
 * made properties is read anew, since properties lose the case of names, {@code null},
 * and empty maps and lists. Other properties are put together by their names.
 */
public final class DefinitionProperties {

	/**
	 * Spring Boot 4.0 makes no property of an empty YAML map, so that only the file tells
	 * it.
	 */
	private static final boolean EMPTY_MAPS_VANISH = SpringBootVersion.getVersion().startsWith("4.0.");

	private final Environment environment;

	private final DefinitionReader reader;

	private final Map<Resource, List<DefinitionNode>> files = new HashMap<>();

	/**
	 * Create an instance.
	 * @param environment the properties
	 */
	public DefinitionProperties(Environment environment) {
		this.environment = environment;
		this.reader = new DefinitionReader(environment::resolveRequiredPlaceholders);
	}

	/**
	 * Read named definitions. Where several property sources define the same name, each
	 * of its keys has the value of the source of the highest precedence.
	 * @param prefix the canonical name of the property, like
	 * {@code db-init.mongodb.collections}
	 * @return the definitions by their names, which are as they were written
	 * @throws InitializationException if an environment variable defines a part, or a
	 * file cannot be read
	 */
	public Map<String, DefinitionNode> read(String prefix) {
		List<String> elements = keys(prefix);
		Map<String, DefinitionNode> definitions = new LinkedHashMap<>();
		for (PropertySource<?> source : sources()) {
			if (source instanceof SystemEnvironmentPropertySource variables) {
				requireNone(prefix, variables);
			}
			else if (source instanceof EnumerablePropertySource<?> properties) {
				read(elements, properties)
					.forEach((name, node) -> definitions.merge(name, node, DefinitionProperties::merge));
			}
		}
		return definitions;
	}

	private List<PropertySource<?>> sources() {
		return (this.environment instanceof ConfigurableEnvironment configurable)
				? configurable.getPropertySources().stream().flatMap(DefinitionProperties::flatten).toList()
				: List.of();
	}

	private static Stream<PropertySource<?>> flatten(PropertySource<?> source) {
		return (source instanceof CompositePropertySource composite)
				? composite.getPropertySources().stream().flatMap(DefinitionProperties::flatten) : Stream.of(source);
	}

	private static void requireNone(String prefix, SystemEnvironmentPropertySource variables) {
		String start = uniform(prefix);
		for (String name : variables.getPropertyNames()) {
			if (uniform(name).startsWith(start)) {
				throw new InitializationException(
						"The environment variable '%s' defines a part of '%s', whose names an environment variable cannot spell"
							.formatted(name, prefix),
						"Remove the variable, and use a file or ${…} in its place. No database was touched.", null);
			}
		}
	}

	private Map<String, DefinitionNode> read(List<String> prefix, EnumerablePropertySource<?> source) {
		// Spring Boot reads an empty YAML map as a property without a name
		List<String> names = Stream.of(source.getPropertyNames())
			.filter(Objects::nonNull)
			.filter((name) -> !below(prefix, name).isEmpty() || isSame(prefix, keys(name)))
			.toList();
		if (names.isEmpty() && !EMPTY_MAPS_VANISH) {
			return Map.of();
		}
		PropertyTree tree = new PropertyTree();
		DefinitionNode document = document(names, source);
		if (document != null) {
			find(document, prefix, tree);
		}
		else {
			names.forEach((name) -> tree.put(below(prefix, name), text(source.getProperty(name)),
					new DefinitionSource.Property(OriginLookup.getOrigin(source, name),
							this.environment::resolveRequiredPlaceholders)));
		}
		return tree.definitions(String.join(".", prefix));
	}

	private static String text(@Nullable Object value) {
		boolean empty = value == null || value instanceof Map || value instanceof Collection;
		return empty ? "" : String.valueOf(value);
	}

	/**
	 * Return the document of a YAML file from which a source was made. Empty values have
	 * no origin, so that other properties of the source tell theirs.
	 */
	private @Nullable DefinitionNode document(List<String> names, EnumerablePropertySource<?> source) {
		return Stream.concat(names.stream(), Stream.of(source.getPropertyNames()).filter(Objects::nonNull))
			.map((name) -> OriginLookup.getOrigin(source, name))
			.filter(Objects::nonNull)
			.findFirst()
			.map(this::document)
			.orElse(null);
	}

	private @Nullable DefinitionNode document(Origin origin) {
		if (!(origin instanceof TextResourceOrigin text) || text.getLocation() == null || text.getResource() == null
				|| !String.valueOf(text.getResource().getFilename()).matches(".*\\.ya?ml")) {
			return null;
		}
		int line = text.getLocation().getLine() + 1;
		return this.files.computeIfAbsent(text.getResource(), this.reader::read)
			.stream()
			.filter((document) -> document.line() <= line)
			.reduce((before, after) -> after)
			.orElse(null);
	}

	/**
	 * Add the nodes of a document whose keys spell the prefix, in any way that Spring
	 * Boot understands.
	 */
	private static void find(DefinitionNode node, List<String> prefix, PropertyTree tree) {
		if (prefix.isEmpty()) {
			if (!node.isNull()) {
				node.entries().forEach((key, value) -> tree.put(List.of(key), value));
			}
			return;
		}
		if (!node.isMap()) {
			return;
		}
		node.entries().forEach((key, value) -> {
			List<String> keys = keys(key);
			int common = Math.min(keys.size(), prefix.size());
			if (isSame(prefix.subList(0, common), keys.subList(0, common))) {
				if (keys.size() > common) {
					tree.put(keys.subList(common, keys.size()), value);
				}
				else {
					find(value, prefix.subList(common, prefix.size()), tree);
				}
			}
		});
	}

	private static DefinitionNode merge(DefinitionNode first, DefinitionNode second) {
		if (first.isNull()) {
			return second;
		}
		if (!first.isMap() || !second.isMap()) {
			return first;
		}
		Map<String, DefinitionNode> merged = new LinkedHashMap<>(first.entries());
		second.entries().forEach(merged::putIfAbsent);
		return first.with(merged);
	}

	private static List<String> below(List<String> prefix, String name) {
		List<String> keys = keys(name);
		return (keys.size() > prefix.size() && isSame(prefix, keys.subList(0, prefix.size())))
				? keys.subList(prefix.size(), keys.size()) : List.of();
	}

	private static boolean isSame(List<String> prefix, List<String> keys) {
		if (prefix.size() != keys.size()) {
			return false;
		}
		for (int i = 0; i < prefix.size(); i++) {
			if (!isSame(prefix.get(i), keys.get(i))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isSame(String left, String right) {
		return uniform(left).equals(uniform(right));
	}

	/**
	 * Return a name as Spring Boot compares names.
	 */
	private static String uniform(String name) {
		StringBuilder uniform = new StringBuilder();
		name.chars().filter(Character::isLetterOrDigit).forEach((c) -> uniform.append((char) Character.toLowerCase(c)));
		return uniform.toString();
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
				end = (end != -1) ? end : name.length();
				keys.add(name.substring(i, Math.min(end + 1, name.length())));
				i = end;
				start = end + 1;
			}
		}
		return keys;
	}

}
