package io.dbinit;

/**
 * A piece of work that may fail.
 */
@FunctionalInterface
public interface CheckedRunnable {

	/**
	 * Do the work.
	 * @throws Exception if it could not be done
	 */
	void run() throws Exception;

}
