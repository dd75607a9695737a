package io.dbinit.seed;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Rows or documents for one table or collection.
 *
 * @param target the name of the table or collection
 * @param mode what to do about rows that are there
 * @param key the columns or fields, dotted where nested, that identify a row; empty only
 * with {@link Mode#IF_EMPTY}
 * @param rows the rows: columns or fields with values that are strings, numbers,
 * booleans, {@link java.util.Date dates}, {@code null}, lists or maps
 */
public record SeedData(String target, Mode mode, List<String> key, List<Map<String, @Nullable Object>> rows) {

	/**
	 * What to do about rows that are there.
	 */
	public enum Mode {

		/** Insert all rows if the table or collection is empty, otherwise none. */
		IF_EMPTY,

		/** Insert the rows whose key is not there. */
		INSERT,

		/** Insert the rows whose key is not there, update the others. */
		UPSERT

	}

}
