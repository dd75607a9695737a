package io.dbinit.mongodb;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * An index as somebody writes it down. One that needs nothing but its keys can be written
 * as that text alone.
 *
 * @param keys fields, separated by commas: {@code a} ascending, {@code -a} descending,
 * {@code a hashed}, {@code a 2dsphere}, {@code $**} or {@code a.$**} for a wildcard
 * @param text fields of a text index with their weights, or fields separated by commas
 * @param name name of the index; MongoDB's own way to name it if left out
 * @param unique whether two documents must not have the same values
 * @param sparse whether documents without the fields are left out
 * @param partial filter of the documents that are indexed, as a map or as JSON
 * @param expireAfter time after which a document is deleted, counted from the date in its
 * field, like {@code 7d}
 * @param defaultLanguage language of a text index
 * @param languageOverride field that names the language of a document
 * @param wildcardProjection fields of a wildcard index, as a map or as JSON
 * @param collation how texts are compared, as a map with at least {@code locale}
 * @param hidden whether queries do not use the index
 */
public record IndexProperties(@Nullable String keys, @Nullable Object text, @Nullable String name,
		@Nullable Boolean unique, @Nullable Boolean sparse, @Nullable Object partial, @Nullable Duration expireAfter,
		@Nullable String defaultLanguage, @Nullable String languageOverride, @Nullable Object wildcardProjection,
		@Nullable Object collation, @Nullable Boolean hidden) {

	/**
	 * Return an index that is written as its keys alone.
	 * @param keys the keys
	 * @return the index
	 */
	public static IndexProperties valueOf(String keys) {
		return new IndexProperties(keys, null, null, null, null, null, null, null, null, null, null, null);
	}

}
