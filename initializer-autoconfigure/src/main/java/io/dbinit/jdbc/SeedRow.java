package io.dbinit.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;

import io.dbinit.jdbc.Catalog.Column;
import org.jspecify.annotations.Nullable;

/**
 * Row of a seed whose columns and values are known to the database.
 *
 * @param place where the row is defined, for messages
 * @param key the parameters of the key
 * @param values the parameters of all columns
 * @param read the values as they were read
 */
record SeedRow(String place, Map<Column, Parameter> key, Map<Column, Parameter> values,
		Map<Column, @Nullable Object> read) {

	/**
	 * Return the parameters of the columns that are not part of the key.
	 */
	Map<Column, Parameter> others() {
		Map<Column, Parameter> others = new LinkedHashMap<>(this.values);
		others.keySet().removeAll(this.key.keySet());
		return others;
	}

}
