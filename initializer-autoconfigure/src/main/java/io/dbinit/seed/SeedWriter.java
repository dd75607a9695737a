package io.dbinit.seed;

/**
 * Port to a store that writes seed data. A database returns it from
 * {@link io.dbinit.DatabaseSession#unwrap}.
 */
@FunctionalInterface
public interface SeedWriter {

	/**
	 * Write the data.
	 * @param data the data
	 * @return how many rows were inserted or changed
	 * @throws Exception if the data could not be written
	 */
	int write(SeedData data) throws Exception;

}
