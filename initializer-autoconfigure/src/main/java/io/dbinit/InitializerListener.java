package io.dbinit;

/**
 * Listener for the progress of a start. It is called on the threads that do the work, so
 * it must be quick; its exceptions are logged and ignored.
 */
public interface InitializerListener {

	/**
	 * A start has begun.
	 * @param report the current report
	 */
	default void started(Report report) {
	}

	/**
	 * A database does not answer, or another process holds its lock.
	 * @param database the database, with the reason
	 */
	default void waiting(Report.DatabaseReport database) {
	}

	/**
	 * A step is about to run.
	 * @param database the name of the database
	 * @param step the step
	 */
	default void stepStarted(String database, Report.StepReport step) {
	}

	/**
	 * A step has ended, on the thread on which it started.
	 * @param database the name of the database
	 * @param step the step, with its outcome
	 */
	default void stepEnded(String database, Report.StepReport step) {
	}

	/**
	 * A start has ended.
	 * @param report the final report
	 */
	default void ended(Report report) {
	}

}
