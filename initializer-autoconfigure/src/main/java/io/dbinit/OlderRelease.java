package io.dbinit;

/**
 * Reaction of a release to a database on which a newer release of the application has
 * worked, and whose definitions differ.
 */
public enum OlderRelease {

	/** It changes nothing, and is complete. */
	KEEP,

	/** It applies its definitions in place of those of the newer release. */
	APPLY,

	/** It does not start. */
	FAIL;

	/**
	 * Return the reaction by default.
	 * @param environment the environment whose rules apply
	 * @return {@link #KEEP} under the rules of production; elsewhere {@link #APPLY}, as
	 * going back and forth is the work of a developer
	 */
	static OlderRelease byDefault(Environment environment) {
		return environment.isProduction() ? KEEP : APPLY;
	}

}
