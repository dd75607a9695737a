package io.dbinit.structure;

import io.dbinit.Mismatch;
import io.dbinit.StepContext;

/**
 * Compares something that was declared with what a database holds.
 */
public interface Check {

	/**
	 * Return what is compared, as text that is equal whenever the same is compared.
	 * @return the fingerprint
	 */
	String fingerprint();

	/**
	 * Compare, and report each difference as a {@link StepContext#mismatch(Mismatch)
	 * problem}.
	 * @param context access to the database and to the report
	 * @throws Exception if the database cannot be read
	 */
	void check(StepContext context) throws Exception;

}
