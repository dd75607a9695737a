package io.dbinit.seed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.RowSource;
import org.jspecify.annotations.Nullable;

/**
 * Rows or documents for one table or collection.
 *
 * @param target the name of the table or collection
 * @param mode the treatment of existing rows
 * @param key the columns or fields, dotted where nested, that identify a row; empty only
 * if the mode {@linkplain Mode#needsKey() needs none}
 * @param rows the rows
 * @param update the columns or fields that existing rows get; empty for all
 * @param touch the column or field that gets the time of the change where an existing row
 * is updated, or {@code null}
 * @param source the source of the rows that are read one by one, or {@code null}
 */
public record SeedData(String target, Mode mode, List<String> key, List<Row> rows, List<String> update,
		@Nullable String touch, @Nullable RowSource source) {

	/**
	 * Create data whose existing rows get all values.
	 * @param target the name of the table or collection
	 * @param mode the treatment of existing rows
	 * @param key the columns or fields that identify a row
	 * @param rows the rows
	 */
	public SeedData(String target, Mode mode, List<String> key, List<Row> rows) {
		this(target, mode, key, rows, List.of(), null, null);
	}

	/**
	 * Return the rows, also those of a source. The stream must be closed.
	 * @return the rows in their order
	 */
	public Stream<Row> stream() {
		return (this.source != null) ? this.source.rows().map(Row::of) : this.rows.stream();
	}

	/**
	 * Return this data with other rows.
	 */
	SeedData with(List<Row> rows, @Nullable RowSource source) {
		return new SeedData(this.target, this.mode, this.key, rows, this.update, this.touch, source);
	}

	/**
	 * A row or document.
	 *
	 * @param origin where it is defined: an object whose text is the place
	 * @param values the columns or fields with their values: nodes of a definition, or
	 * strings, numbers, booleans, {@link java.util.Date dates}, {@code null}, lists and
	 * maps
	 */
	public record Row(Object origin, Map<String, @Nullable Object> values) {

		private static Row of(DefinitionNode node) {
			return new Row(node, new LinkedHashMap<>(node.entries()));
		}

		/**
		 * Return where the row is defined.
		 * @return the place, for messages
		 */
		public String place() {
			return this.origin.toString();
		}

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
