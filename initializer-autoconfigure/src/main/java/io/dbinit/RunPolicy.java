package io.dbinit;

/**
 * When a {@link Step} runs again on a database on which it succeeded before.
 */
public enum RunPolicy {

	/**
	 * In each run, because the step compares the database with its declaration.
	 */
	ALWAYS,

	/**
	 * Once for each fingerprint. Where the database has transactions, the effect of the
	 * step and the record of its success are committed together.
	 */
	ON_CHANGE,

	/**
	 * In each run in which another step of the database has something to do. Such a step
	 * is never the reason for a run, and has no record.
	 */
	WITH_OTHERS

}
