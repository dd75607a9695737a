package io.dbinit.mongock;

import io.dbinit.ToolContext;

/**
 * Runs Mongock.
 */
interface Migration {

	/** The change in the journal that a run of Mongock is. */
	String RUN = "run Mongock";

	/**
	 * Apply what is due.
	 * @param context the step
	 * @throws Exception if Mongock failed
	 */
	void run(ToolContext context) throws Exception;

}
