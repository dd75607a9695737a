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
 * if the mode {@linkplain Mode#needsKey() needs none}
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
	 * Return whether rows are identified by a key.
	 * @return whether existing rows are found by the key
	 */
	public boolean isKeyed() {
		return this.mode != Mode.IF_EMPTY && !this.key.isEmpty();
	}

	/**
	 * Treatment of existing rows.
	 */
	public enum Mode {

		/** Insert all rows, or with a key those that do not exist, once only. */
		ONCE,

		/** Insert all rows if the table or collection is empty, otherwise none. */
		IF_EMPTY,

		/** Insert the rows whose key does not exist. */
		INSERT,

		/** Insert the rows whose key does not exist, update the others. */
		UPSERT,

		/** Insert and update rows like {@link #UPSERT}, at every start. */
		ALWAYS;

		/**
		 * Return whether existing rows get the values of the seed.
		 * @return whether rows are updated
		 */
		public boolean updates() {
			return this == UPSERT || this == ALWAYS;
		}

		/**
		 * Return whether a seed must name a key.
		 * @return whether rows cannot be told from existing ones without a key
		 */
		public boolean needsKey() {
			return this == INSERT || updates();
		}

	}

}
