package io.dbinit.mongodb;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * A collection as somebody writes it down.
 *
 * @param validator what documents must be like: the location of a file with a JSON
 * schema, or the schema itself, with or without {@code $jsonSchema} around it
 * @param validationLevel to which documents the validator applies: {@code strict} or
 * {@code moderate}
 * @param validationAction what happens to a document that is not valid: {@code error} or
 * {@code warn}
 * @param capped whether the collection has a fixed size, and its oldest documents make
 * room for new ones
 * @param size size of a capped collection
 * @param max number of documents in a capped collection
 * @param timeSeries fields of a collection of measurements
 * @param indexes the indexes
 */
public record CollectionProperties(@Nullable Object validator, @Nullable ValidationLevel validationLevel,
		@Nullable ValidationAction validationAction, @Nullable Boolean capped, @Nullable DataSize size,
		@Nullable Long max, @Nullable TimeSeries timeSeries, @DefaultValue List<IndexProperties> indexes) {

	/**
	 * Return a collection of which nothing but its name is given.
	 * @param text nothing
	 * @return the collection
	 */
	public static CollectionProperties valueOf(String text) {
		return new CollectionProperties(null, null, null, null, null, null, null, List.of());
	}

	/**
	 * A collection of measurements.
	 *
	 * @param timeField field with the date of a measurement
	 * @param metaField field that tells whose measurement it is
	 * @param granularity {@code seconds}, {@code minutes} or {@code hours}: about how far
	 * measurements of the same source are apart
	 * @param expireAfter time after which a measurement is deleted, like {@code 90d}
	 */
	public record TimeSeries(String timeField, @Nullable String metaField, @Nullable Granularity granularity,
			@Nullable Duration expireAfter) {

		/**
		 * About how far measurements of the same source are apart.
		 */
		public enum Granularity {

			/** Seconds. */
			SECONDS,

			/** Minutes. */
			MINUTES,

			/** Hours. */
			HOURS

		}

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
