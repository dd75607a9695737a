package io.dbinit.mongodb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bson.Document;

import org.springframework.data.mongodb.core.index.IndexDefinition;
import org.springframework.data.mongodb.core.index.IndexResolver;
import org.springframework.data.mongodb.core.mapping.MongoMappingContext;
import org.springframework.data.mongodb.core.mapping.MongoPersistentEntity;

/**
 * Names of the indexes that Spring Data MongoDB creates for the entities of the
 * application. A server refuses an index that exists under another name.
 */
final class EntityIndexNames {

	private static final Log logger = LogFactory.getLog(EntityIndexNames.class);

	private final Map<String, Map<Document, String>> names = new HashMap<>();

	/**
	 * Create an instance.
	 * @param contexts the entities; without effect unless a context creates indexes
	 */
	EntityIndexNames(List<MongoMappingContext> contexts) {
		contexts.forEach(this::add);
	}

	private void add(MongoMappingContext context) {
		if (context.isAutoIndexCreation()) {
			IndexResolver resolver = IndexResolver.create(context);
			for (MongoPersistentEntity<?> entity : context.getPersistentEntities()) {
				if (entity.isAnnotationPresent(org.springframework.data.mongodb.core.mapping.Document.class)) {
					add(entity.getCollection(), resolver.resolveIndexFor(entity.getTypeInformation()));
				}
			}
		}
	}

	private void add(String collection, Iterable<? extends IndexDefinition> indexes) {
		for (IndexDefinition index : indexes) {
			String name = index.getIndexOptions().getString("name");
			if (name != null) {
				this.names.computeIfAbsent(collection, (key) -> new HashMap<>()).put(index.getIndexKeys(), name);
			}
		}
	}

	/**
	 * Return the name that an index must have.
	 * @param collection the name of the collection
	 * @param index the declared index
	 * @return the name that Spring Data gives to an index with the same keys, or empty if
	 * the index keeps its own
	 */
	Optional<String> find(String collection, io.dbinit.mongodb.IndexDefinition index) {
		String name = this.names.getOrDefault(collection, Map.of()).get(index.document().get("key", Document.class));
		if (name == null || name.equals(index.name())) {
			return Optional.empty();
		}
		if (index.isNamedByItsKeys()) {
			return Optional.of(name);
		}
		logger.warn(
				"Index '%s' on '%s' is declared at %s, and as '%s' by an entity of Spring Data, which fails to create it under another name. Remove the 'name' of the declaration, or set 'spring.data.mongodb.auto-index-creation' to 'false'."
					.formatted(index.name(), collection, index.where(), name));
		return Optional.empty();
	}

}
