package io.dbinit;

/**
 * Work that may throw a checked exception.
 */
@FunctionalInterface
public interface CheckedRunnable {

	/**
	 * Do the work.
	 * @throws Exception if it could not be done
	 */
	void run() throws Exception;

}
