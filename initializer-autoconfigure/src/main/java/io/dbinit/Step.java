package io.dbinit;

/**
 * One piece of the work that makes a database complete. A step is created without
 * touching a database and can be run any number of times, in any number of processes:
 * what is there already it leaves as it is.
 */
public interface Step {

	/**
	 * Return the name of the step, unique in its database, like {@code liquibase} or
	 * {@code seed: presets}.
	 * @return the name
	 */
	String name();

	/**
	 * Return the phase in which the step runs.
	 * @return the phase
	 */
	Phase phase();

	/**
	 * Return what the step did in the run that ends now, as text that is equal whenever
	 * it would do the same. It is recorded after the step has succeeded, and given to
	 * {@link #isUpToDate} at the next start.
	 * @return the fingerprint; must not depend on the versions of libraries
	 */
	String fingerprint();

	/**
	 * Return whether the step has nothing to do on a database on which it succeeded with
	 * the given fingerprint. Asked at every start, so it must be fast, and must not touch
	 * the database.
	 * @param recorded the recorded fingerprint
	 * @return whether nothing has changed since
	 */
	default boolean isUpToDate(String recorded) {
		return recorded.equals(fingerprint());
	}

	/**
	 * Return whether the step runs again in each run, because it compares the database
	 * with what was declared. One that is not repeatable runs once for each fingerprint,
	 * and its effect and the record of it are written together where the database can.
	 * @return whether the step is repeatable
	 */
	default boolean isRepeatable() {
		return true;
	}

	/**
	 * Return whether a run fails if this step fails. The failure of any other step is
	 * reported, and the run goes on.
	 * @return whether the step is required
	 */
	default boolean isRequired() {
		return true;
	}

	/**
	 * Look at the database before any step of the run has changed anything, for example
	 * to tell the {@link StepContext#versions versions} of its migrations.
	 * @param context access to the database and to the report
	 * @throws Exception if the database cannot be read or must not be worked on
	 */
	default void inspect(StepContext context) throws Exception {
	}

	/**
	 * Do the work.
	 * @param context access to the database, the lock and the report
	 * @throws Exception if the work could not be done
	 */
	void run(StepContext context) throws Exception;

}
