package io.dbinit.mongodb;

import java.util.List;

import io.dbinit.definition.DefinitionProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of a MongoDB database: of the primary one, or of one of
 * {@code db-init.databases}.
 *
 * @param enabled Whether the database of the primary MongoDB client is initialized
 * @param locations Folders whose YAML and JSON files define collections
 * @param onIndexConflict Treatment of an index that differs from its declaration and
 * cannot be changed in place
 */
@ConfigurationProperties(MongoDbProperties.PREFIX)
public record MongoDbProperties(@DefaultValue("true") boolean enabled, @Nullable List<String> locations,
		@DefaultValue("fail") OnIndexConflict onIndexConflict) {

	static final String PREFIX = "db-init.mongodb";

	/**
	 * Not bound, since binding would lose names and values: see
	 * {@link DefinitionProperties}.
	 */
	static final String COLLECTIONS = PREFIX + ".collections";

	static final String DEFAULT_LOCATION = "classpath:db-init/mongodb/";

	List<String> locationsOrDefault() {
		return (this.locations != null) ? this.locations : List.of(DEFAULT_LOCATION);
	}

	/**
	 * Treatment of an index that differs from its declaration and cannot be changed in
	 * place.
	 */
	public enum OnIndexConflict {

		/** The start fails, with the wanted and the found options. */
		FAIL,

		/** The index is dropped and created again. */
		REBUILD

	}

}
