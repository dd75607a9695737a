package io.dbinit.structure;

import io.dbinit.Mismatch;
import io.dbinit.StepContext;

/**
 * Comparison of a declaration with the database.
 */
public interface Check {

	/**
	 * Return the fingerprint of the declaration. It is equal for equal declarations.
	 * @return the fingerprint
	 */
	String fingerprint();

	/**
	 * Compare, and report each difference as a {@link StepContext#mismatch(Mismatch)
	 * mismatch}.
	 * @param context access to the database and to the report
	 * @throws Exception if the database cannot be read
	 */
	void check(StepContext context) throws Exception;

}
