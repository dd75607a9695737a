package io.dbinit.mongodb;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.dbinit.Fingerprint;
import io.dbinit.definition.DefinitionFiles;
import io.dbinit.definition.DefinitionNode;

import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.ResourceLoader;

/**
 * The collections that a database must have, from properties and files.
 */
final class Structure {

	private static final List<String> KEYS = List.of("collections");

	private final Map<String, CollectionDefinition> collections = new TreeMap<>();

	private final DefinitionFiles files;

	private final CollectionNotation notation;

	Structure(ResourceLoader resources, PropertyResolver placeholders) {
		this.files = new DefinitionFiles(resources, placeholders);
		this.notation = new CollectionNotation(resources);
	}

	Collection<CollectionDefinition> collections() {
		return this.collections.values();
	}

	/**
	 * Return a text that is the same for structures that mean the same.
	 */
	String fingerprint() {
		return Fingerprint
			.of(collections().stream().map(CollectionDefinition::canonical).collect(Collectors.joining("\n")));
	}

	/**
	 * Add the collections of definition files.
	 * @param property the property that names the folders
	 * @param locations the folders, of which the default one may be missing
	 */
	void load(String property, List<String> locations) {
		for (DefinitionNode document : this.files.read(property, locations, MongoDbProperties.DEFAULT_LOCATION)) {
			DefinitionNode collections = document.entries(KEYS).get("collections");
			if (collections != null && !collections.isNull()) {
				add(collections.entries());
			}
		}
	}

	/**
	 * Add collections.
	 * @param collections the collections by name
	 */
	void add(Map<String, DefinitionNode> collections) {
		collections.forEach((key, node) -> {
			CollectionDefinition collection = this.notation.read(name(key), node);
			CollectionDefinition other = this.collections.putIfAbsent(collection.name(), collection);
			if (other != null) {
				throw node.invalidKey(
						"collection '%s' is also defined at %s".formatted(collection.name(), other.where()),
						"Define it in one place.");
			}
		});
	}

	/**
	 * Give indexes the names under which Spring Data creates them.
	 */
	void name(EntityIndexNames names) {
		this.collections.replaceAll((name,
				collection) -> collection.with(collection.indexes()
					.stream()
					.map((index) -> names.find(name, index).map(index::named).orElse(index))
					.toList()));
	}

	/**
	 * Names can also be written in brackets, as keys with dots are in properties.
	 */
	private static String name(String key) {
		return (key.startsWith("[") && key.endsWith("]")) ? key.substring(1, key.length() - 1) : key;
	}

}
