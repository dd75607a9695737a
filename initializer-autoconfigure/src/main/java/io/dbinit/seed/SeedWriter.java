package io.dbinit.seed;

import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import org.jspecify.annotations.Nullable;

/**
 * Port to a store that writes seed data. A database returns it from
 * {@link io.dbinit.DatabaseSession#unwrap}.
 */
@FunctionalInterface
public interface SeedWriter {

	/**
	 * Check without the database that the data can be stored.
	 * @param data the data
	 * @throws InitializationException if a value cannot be stored
	 */
	default void check(SeedData data) {
	}

	/**
	 * Return whether a table or collection has no row.
	 * @param target the table or collection
	 * @param filter an SQL condition or a filter of MongoDB that such rows match, or
	 * {@code null} for any row
	 * @return whether there is none
	 * @throws Exception if the database cannot be read
	 */
	default boolean isEmpty(String target, @Nullable DefinitionNode filter) throws Exception {
		throw new UnsupportedOperationException("This store has no conditions");
	}

	/**
	 * Return whether the first value that a query returns is {@code true} or a number
	 * other than zero.
	 * @param query the query
	 * @return whether the answer is true
	 * @throws Exception if the database cannot be read
	 */
	default boolean isTrue(DefinitionNode query) throws Exception {
		throw new UnsupportedOperationException("This store has no queries");
	}

	/**
	 * Find rows by some of their values.
	 * @param place where the answer is needed
	 * @param target the table or collection
	 * @param key the columns or fields with the values to find
	 * @param column the column or field whose values are returned, or {@code null} for
	 * the primary key or the id
	 * @return the values, at most two, as nodes at that place
	 * @throws Exception if the database cannot be read
	 */
	default List<DefinitionNode> find(DefinitionNode place, String target, Map<String, DefinitionNode> key,
			@Nullable String column) throws Exception {
		throw new UnsupportedOperationException("This store has no references");
	}

	/**
	 * Write the data.
	 * @param data the data
	 * @return how many rows were inserted or changed
	 * @throws Exception if the data could not be written
	 */
	int write(SeedData data) throws Exception;

	/**
	 * Write the data and report the progress.
	 * @param data the data
	 * @param progress is called now and then with the number of rows that were read
	 * @return how many rows were inserted or changed
	 * @throws Exception if the data could not be written
	 */
	default int write(SeedData data, LongConsumer progress) throws Exception {
		return write(data);
	}

}
