package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * A change that a step makes to a database.
 *
 * @param kind the kind of the change, {@code null} in the history of runs, which keeps
 * the text
 * @param target the thing that is changed, like {@code users} or {@code orders-7},
 * {@code null} in the history of runs
 * @param text the change in a few words that name the thing, like
 * {@code create index 'email_1' on 'users'}; identifies the change in the journal
 */
public record Change(@Nullable Kind kind, @Nullable String target, String text) {

	/**
	 * Return a change of the history.
	 * @param text the text that was recorded
	 * @return the change
	 */
	public static Change recorded(String text) {
		return new Change(null, null, text);
	}

	/**
	 * Create a change that creates something.
	 * @param target the thing
	 * @param text the change in a few words
	 * @return the change
	 */
	public static Change create(String target, String text) {
		return new Change(Kind.CREATE, target, text);
	}

	/**
	 * Create a change that alters something in place.
	 * @param target the thing
	 * @param text the change in a few words
	 * @return the change
	 */
	public static Change alter(String target, String text) {
		return new Change(Kind.ALTER, target, text);
	}

	/**
	 * Create a change that drops something.
	 * @param target the thing
	 * @param text the change in a few words
	 * @return the change
	 */
	public static Change drop(String target, String text) {
		return new Change(Kind.DROP, target, text);
	}

	/**
	 * Create a change that a migration tool applies.
	 * @param target the migration
	 * @param text the change in a few words
	 * @return the change
	 */
	public static Change migrate(String target, String text) {
		return new Change(Kind.MIGRATE, target, text);
	}

	/**
	 * Create a change that writes data.
	 * @param target the table or collection
	 * @param text the change in a few words
	 * @return the change
	 */
	public static Change write(String target, String text) {
		return new Change(Kind.WRITE, target, text);
	}

	@Override
	public String toString() {
		return this.text;
	}

	/**
	 * The kind of a change.
	 */
	public enum Kind {

		/** Something is created. */
		CREATE,

		/** Something is altered in place. */
		ALTER,

		/** Something is dropped. */
		DROP,

		/** A migration is applied. */
		MIGRATE,

		/** Data is written. */
		WRITE

	}

}
