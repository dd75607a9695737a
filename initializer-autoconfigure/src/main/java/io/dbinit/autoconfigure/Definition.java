package io.dbinit.autoconfigure;

import io.dbinit.InitializationException;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Something that was defined in application properties or in a file.
 *
 * @param <T> the type of what was defined
 */
public final class Definition<T> {

	private final T value;

	private final ConfigurationPropertyName root;

	private final DefinitionTree tree;

	Definition(T value, ConfigurationPropertyName root, DefinitionTree tree) {
		this.value = value;
		this.root = root;
		this.tree = tree;
	}

	/**
	 * Return what was defined.
	 * @return the value
	 */
	public T value() {
		return this.value;
	}

	/**
	 * Return where a part was written, for messages.
	 * @param key the key of the part, from the root of the definition, like
	 * {@code collections.users.indexes[0]}; a key that has a dot in itself stands in
	 * brackets
	 * @return the key, and the file with line and column where they are known
	 */
	public String where(String key) {
		ConfigurationPropertyName name = key.isEmpty() ? this.root : this.root.append(key);
		return where(name, this.tree);
	}

	/**
	 * Return the error of a part that is not valid.
	 * @param key the key of the part, as for {@link #where}
	 * @param problem what is wrong
	 * @param action what to do about it
	 * @return the exception to throw
	 */
	public InitializationException invalid(String key, String problem, String action) {
		return new InitializationException("Invalid definition at %s: %s".formatted(where(key), problem),
				action + " No database was touched.", null);
	}

	static String where(ConfigurationPropertyName name, DefinitionTree tree) {
		return tree.origin(name).map((origin) -> "'" + name + "' (" + origin + ")").orElse("'" + name + "'");
	}

}
