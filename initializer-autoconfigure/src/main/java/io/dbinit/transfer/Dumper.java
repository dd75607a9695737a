package io.dbinit.transfer;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

/**
 * Port to the contents of a database: everything in it except the lock and the records of
 * the starter. A database returns it from {@link io.dbinit.DatabaseSession#unwrap}.
 */
public interface Dumper {

	/**
	 * Return how much space a dump may need.
	 * @return the size of the data in bytes, 0 if the server does not tell
	 * @throws Exception if the database cannot be read
	 */
	long size() throws Exception;

	/**
	 * Count the rows or documents.
	 * @return the number of each table or collection, by its name
	 * @throws Exception if the database cannot be read
	 */
	Map<String, Long> count() throws Exception;

	/**
	 * Write the contents into files.
	 * @param directory an empty directory
	 * @param options the settings of the dump
	 * @return what was written
	 * @throws InitializationException if a tool is missing or too old
	 * @throws Exception if the database cannot be read or a file cannot be written
	 */
	Dump dump(Path directory, Options options) throws Exception;

	/**
	 * Replace the contents by those of files.
	 * @param directory the directory of a dump
	 * @param options the settings
	 * @throws InitializationException if a tool is missing or too old; then nothing was
	 * changed
	 * @throws Exception if the database cannot be written
	 */
	void restore(Path directory, Options options) throws Exception;

	/**
	 * Check that {@link #restore} finds what it needs. Changes nothing.
	 * @param options the settings
	 * @throws Exception if something is missing
	 */
	default void checkRestore(Options options) throws Exception {
	}

	/**
	 * Settings of a dump.
	 *
	 * @param tools the directory of the tools of the database, {@code null} for those on
	 * the path
	 * @param withoutData the tables or collections whose rows are left out
	 */
	record Options(@Nullable Path tools, Set<String> withoutData) {
	}

	/**
	 * What was written.
	 *
	 * @param tool the tool and its version
	 * @param pointInTime whether everything is as it was at one point in time
	 * @param rows the number of rows or documents of each table or collection, -1 where
	 * it changed during the dump
	 */
	record Dump(String tool, boolean pointInTime, Map<String, Long> rows) {
	}

}
