package io.dbinit.benchmark.app;

/**
 * What is measured.
 */
public interface Work {

	/**
	 * Do it for the first time in this JVM.
	 * @throws Exception if it fails
	 */
	void begin() throws Exception;

	/**
	 * Do it once more.
	 * @throws Exception if it fails
	 */
	void repeat() throws Exception;

}
