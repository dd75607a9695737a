package io.dbinit;

/**
 * Part of a process in making its databases complete.
 */
public enum Mode {

	/** It does what is to be done, or waits for the process that does it. */
	RUN,

	/**
	 * It changes nothing, and waits until another process has made the databases
	 * complete.
	 */
	WAIT,

	/** It changes nothing, and fails unless the databases are complete. */
	VERIFY,

	/** It changes nothing, and tells what it would change. */
	PLAN

}
