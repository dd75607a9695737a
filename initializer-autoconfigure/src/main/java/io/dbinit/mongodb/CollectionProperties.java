package io.dbinit.mongodb;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A collection as somebody writes it down.
 *
 * @param validator what documents must be like: the location of a file with a JSON
 * schema, or the schema itself, with or without {@code $jsonSchema} around it
 * @param validationLevel to which documents the validator applies: {@code strict} or
 * {@code moderate}
 * @param validationAction what happens to a document that is not valid: {@code error} or
 * {@code warn}
 * @param indexes the indexes
 */
public record CollectionProperties(@Nullable Object validator, @Nullable ValidationLevel validationLevel,
		@Nullable ValidationAction validationAction, @DefaultValue List<IndexProperties> indexes) {

	/**
	 * Return a collection of which nothing but its name is given.
	 * @param text nothing
	 * @return the collection
	 */
	public static CollectionProperties valueOf(String text) {
		return new CollectionProperties(null, null, null, List.of());
	}

	/**
	 * To which documents a validator applies.
	 */
	public enum ValidationLevel {

		/** To every document that is written. */
		STRICT,

		/** Not to updates of documents that were not valid before. */
		MODERATE

	}

	/**
	 * What happens to a document that is not valid.
	 */
	public enum ValidationAction {

		/** It is refused. */
		ERROR,

		/** The server's log says so. */
		WARN

	}

}
