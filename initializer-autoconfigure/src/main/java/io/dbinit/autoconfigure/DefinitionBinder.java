package io.dbinit.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import io.dbinit.InitializationException;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;

/**
 * Binds definitions that are written in application properties or in files, in the same
 * notation, as Spring Boot binds properties but strictly: an unknown key is an error that
 * names the file, the line, the key and the nearest right word. A member of type
 * {@link Object} takes whatever there is: a scalar, a list or a map, nested as it was
 * written.
 */
public final class DefinitionBinder {

	private final Environment environment;

	private final ResourcePatternResolver resources;

	private final PlaceholdersResolver placeholders;

	/**
	 * Create a binder.
	 * @param environment the properties, which also replace placeholders in files
	 * @param resources loads files
	 */
	public DefinitionBinder(Environment environment, ResourceLoader resources) {
		this.environment = environment;
		this.resources = ResourcePatternUtils.getResourcePatternResolver(resources);
		this.placeholders = new PropertySourcesPlaceholdersResolver(environment);
	}

	/**
	 * Bind application properties.
	 * @param <T> the type to bind to
	 * @param prefix what the names of the properties begin with
	 * @param type a record or a JavaBean
	 * @return the definition, made of defaults where there are no such properties
	 * @throws InitializationException if a property is unknown or has no valid value
	 */
	public <T> Definition<T> bind(String prefix, Class<T> type) {
		return bind(ConfigurationPropertyName.of(prefix), type, ConfigurationPropertySources.get(this.environment));
	}

	/**
	 * Bind files in YAML or JSON: each document on its own, in the order of the files'
	 * names.
	 * @param <T> the type to bind to
	 * @param pattern the location of the files, like
	 * {@code classpath*:db-init/mongodb/*.yml}
	 * @param type a record or a JavaBean
	 * @return the definitions, empty if there are no files
	 * @throws InitializationException if a file cannot be read, if a key is unknown or
	 * has no valid value
	 */
	public <T> List<Definition<T>> load(String pattern, Class<T> type) {
		return load(pattern, type, (name) -> true);
	}

	/**
	 * Bind some of the files in YAML or JSON that a pattern matches.
	 * @param <T> the type to bind to
	 * @param pattern the location of the files
	 * @param type a record or a JavaBean
	 * @param filter which of them to bind, by the last part of their names
	 * @return the definitions, empty if there are no files
	 * @throws InitializationException if a file cannot be read, if a key is unknown or
	 * has no valid value
	 */
	public <T> List<Definition<T>> load(String pattern, Class<T> type, Predicate<String> filter) {
		List<Definition<T>> definitions = new ArrayList<>();
		for (Resource resource : find(pattern)) {
			if (!filter.test(Objects.requireNonNullElse(resource.getFilename(), ""))) {
				continue;
			}
			for (PropertySource<?> document : read(resource)) {
				definitions
					.add(bind(ConfigurationPropertyName.EMPTY, type, ConfigurationPropertySources.from(document)));
			}
		}
		return definitions;
	}

	private List<Resource> find(String pattern) {
		try {
			return Arrays.stream(this.resources.getResources(pattern))
				.filter(Resource::exists)
				.sorted(Comparator.comparing(Resource::getDescription))
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static List<PropertySource<?>> read(Resource resource) {
		try {
			return new YamlPropertySourceLoader().load(resource.getDescription(), withoutTabs(resource));
		}
		catch (IOException | RuntimeException ex) {
			throw new InitializationException("Failed to read %s: %s".formatted(resource, ex.getMessage()),
					"Correct the file. No database was touched.", ex);
		}
	}

	/**
	 * JSON is YAML but for tabs, which JSON has between its tokens only.
	 */
	private static Resource withoutTabs(Resource resource) throws IOException {
		String name = resource.getFilename();
		if (name == null || !name.endsWith(".json")) {
			return resource;
		}
		try (InputStream in = resource.getInputStream()) {
			String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace('\t', ' ');
			return new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), resource.getDescription()) {

				@Override
				public String toString() {
					return getDescription();
				}

			};
		}
	}

	private <T> Definition<T> bind(ConfigurationPropertyName name, Class<T> type,
			Iterable<ConfigurationPropertySource> sources) {
		DefinitionTree tree = new DefinitionTree(sources, this.placeholders);
		StrictBindHandler handler = new StrictBindHandler(tree);
		try {
			T value = new Binder(sources, this.placeholders).bindOrCreate(name, Bindable.of(type), handler);
			return new Definition<>(value, name, tree);
		}
		catch (BindException ex) {
			throw handler.translate(ex);
		}
	}

}
