package io.dbinit.seed;

import io.dbinit.InitializationException;

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
	 * Write the data.
	 * @param data the data
	 * @return how many rows were inserted or changed
	 * @throws Exception if the data could not be written
	 */
	int write(SeedData data) throws Exception;

}
