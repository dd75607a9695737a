package io.dbinit.seed;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Rows or documents for one table or collection.
 *
 * @param target the name of the table or collection
 * @param mode the treatment of existing rows
 * @param key the columns or fields, dotted where nested, that identify a row; empty only
 * with {@link Mode#IF_EMPTY}
 * @param rows the rows
 */
public record SeedData(String target, Mode mode, List<String> key, List<Row> rows) {

	/**
	 * A row or document.
	 *
	 * @param place where it is defined, for messages
	 * @param values the columns or fields with their values: nodes of a definition, or
	 * strings, numbers, booleans, {@link java.util.Date dates}, {@code null}, lists and
	 * maps
	 */
	public record Row(String place, Map<String, @Nullable Object> values) {

	}

	/**
	 * Treatment of existing rows.
	 */
	public enum Mode {

		/** Insert all rows if the table or collection is empty, otherwise none. */
		IF_EMPTY,

		/** Insert the rows whose key does not exist. */
		INSERT,

		/** Insert the rows whose key does not exist, update the others. */
		UPSERT

	}

}
