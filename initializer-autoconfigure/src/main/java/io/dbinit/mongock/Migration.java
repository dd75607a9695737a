package io.dbinit.mongock;

import io.dbinit.ToolContext;

/**
 * Runs Mongock.
 */
interface Migration {

	/** The journal entry of a run of an adopted Mongock. */
	String RUN = "run Mongock";

	/**
	 * Apply the changes that are due.
	 * @param context the step
	 * @throws Exception if Mongock failed
	 */
	void run(ToolContext context) throws Exception;

}
