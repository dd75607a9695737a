package io.dbinit.mongodb;

import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the MongoDB database.
 *
 * @param enabled Whether the database of the primary MongoDB client is initialized
 * @param locations Folders whose YAML and JSON files define collections
 * @param onIndexConflict What happens to an index that is not as it was declared and
 * cannot be changed in place
 * @param collections Collections by name
 */
@ConfigurationProperties("db-init.mongodb")
public record MongoDbProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue(MongoDbProperties.DEFAULT_LOCATION) List<String> locations,
		@DefaultValue("fail") OnIndexConflict onIndexConflict,
		@DefaultValue Map<String, CollectionProperties> collections) {

	static final String DEFAULT_LOCATION = "classpath:db-init/mongodb/";

	/**
	 * What happens to an index that is not as it was declared and cannot be changed in
	 * place.
	 */
	public enum OnIndexConflict {

		/** The start fails and says what was wanted and what was found. */
		FAIL,

		/** The index is dropped and created again. */
		REBUILD

	}

}
