package io.dbinit;

import java.util.List;
import java.util.Map;

import io.dbinit.lock.LeaseLostException;

/**
 * What a run writes down in the database on which it works: intent before, outcome after.
 * Each write carries the token of the run's lease; one that is refused throws
 * {@link LeaseLostException}.
 */
public interface Journal {

	/**
	 * Begin a run: from now on the database is not complete. Marks a database that was
	 * not marked before.
	 * @param run the run
	 * @param environment the environment to stamp on a database that has no stamp yet
	 */
	void begin(Report.RunReport run, String environment);

	/**
	 * Return the changes that earlier runs began and of which nobody wrote down the
	 * outcome.
	 * @return the changes, oldest first, in the form {@code <step>: <change>}
	 */
	List<String> inDoubt();

	/**
	 * Write down that a change is about to be made.
	 * @param step the name of the step
	 * @param change what is about to be done
	 */
	void intend(String step, String change);

	/**
	 * Write down that the change was made.
	 * @param step the name of the step
	 * @param change what was done
	 */
	void done(String step, String change);

	/**
	 * Do the work of a step that is not repeatable and record its success: in one
	 * transaction, with the check of the token, where the database can. Otherwise the
	 * record follows the work, which is then repeated if the process dies in between.
	 * @param step the name of the step
	 * @param fingerprint its fingerprint
	 * @param work the work
	 * @throws Exception what the work throws
	 */
	void once(String step, String fingerprint, Action work) throws Exception;

	/**
	 * Let the transaction of a tool end in failure if somebody else has got the lease by
	 * then: to be called when nothing but the commit is left to do.
	 * @param transaction the transaction, in the form that the client of the database
	 * gives it
	 */
	void guard(Object transaction);

	/**
	 * End a run.
	 * @param run the run, with its outcome and its steps
	 * @param steps the fingerprint of each step that is complete now, by name: exactly
	 * these are kept
	 * @param versions the versions of each migration tool, by its step's name
	 */
	void end(Report.RunReport run, Map<String, String> steps, Map<String, Versions> versions);

}
