package io.dbinit;

import java.util.List;
import java.util.Optional;

/**
 * One piece of the work that makes a database complete. A step is created without
 * touching a database and can be run any number of times, in any number of processes: it
 * leaves alone everything that is there already.
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
	 * Return a text that identifies the work of the step: equal whenever the step would
	 * do the same. It is recorded after the step has succeeded, and given to
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
	 * Return the fingerprint to keep for a step that is up to date, for example because
	 * an earlier release computed it in another way.
	 * @param recorded the recorded fingerprint
	 * @return the fingerprint that replaces it, the one of the step by default
	 */
	default String keptFingerprint(String recorded) {
		return fingerprint();
	}

	/**
	 * Return a sentence about a step that is up to date for the report, for example that
	 * a change of its definition is not applied.
	 * @param recorded the recorded fingerprint
	 * @return the sentence, empty by default
	 */
	default Optional<String> remark(String recorded) {
		return Optional.empty();
	}

	/**
	 * Return the fingerprint as far as it is known before the step runs, by which a
	 * database remembers the plans of an application. Asked for after {@link #inspect}.
	 * @return a fingerprint that {@link #isUpToDate} recognizes
	 */
	default String plannedFingerprint() {
		return fingerprint();
	}

	/**
	 * Return the things that the step declares and that other applications may declare
	 * too. Two applications that declare one of them differently would undo each other's
	 * work: the second one is refused.
	 * @return the definitions, none by default
	 */
	default List<Definition> definitions() {
		return List.of();
	}

	/**
	 * Return when the step runs again on a database on which it succeeded.
	 * @return the policy, {@link RunPolicy#ALWAYS} by default
	 */
	default RunPolicy runPolicy() {
		return RunPolicy.ALWAYS;
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
	 * Read the database before any step of the run has changed anything, for example to
	 * tell the {@linkplain ToolContext#versions versions} of its migrations.
	 * @param context access to the database and to the report
	 * @throws Exception if the database cannot be read or must not be worked on
	 */
	default void inspect(StepContext context) throws Exception {
	}

	/**
	 * Return the ledger of the migration tool that the step integrates. If another
	 * program has changed it since the last run, the step is not up to date. Asked at
	 * every start.
	 * @return the ledger, or empty if there is none
	 */
	default Optional<Ledger> ledger() {
		return Optional.empty();
	}

	/**
	 * Return whether the step has something to do on a database on which nothing can be
	 * written. Must not write.
	 * @param context access to the database and to the report
	 * @return whether the step is pending
	 * @throws Exception if the database cannot be read
	 */
	default boolean isPending(StepContext context) throws Exception {
		return !context.marker().isUpToDate(this);
	}

	/**
	 * Return the changes that {@link #run} would make now. Must not write.
	 * @param context access to the database and to the report
	 * @return the changes, in their order
	 * @throws Exception if the database cannot be read
	 */
	default List<PlannedChange> plan(StepContext context) throws Exception {
		return isPending(context) ? List.of(new PlannedChange(Change.alter(name(), name()))) : List.of();
	}

	/**
	 * Do the work.
	 * @param context access to the database, the lock and the report
	 * @throws Exception if the work could not be done
	 */
	void run(StepContext context) throws Exception;

}
