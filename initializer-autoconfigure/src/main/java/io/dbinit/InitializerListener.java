package io.dbinit;

/**
 * Is told of the progress of a start. Called on the threads that do the work, so it must
 * be quick; what it throws is logged and changes nothing.
 */
public interface InitializerListener {

	/**
	 * A start has begun.
	 * @param report what is known now
	 */
	default void started(Report report) {
	}

	/**
	 * A database does not answer, or is locked by somebody else.
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
