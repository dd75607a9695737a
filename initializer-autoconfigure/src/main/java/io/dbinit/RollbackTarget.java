package io.dbinit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/**
 * The migrations that are to be undone: always the newest ones.
 *
 * @param kind how they are given
 * @param count their number, for {@link Kind#COUNT}
 * @param names the name of the last migration that stays, a tag, or the names of those
 * that a run has applied
 */
public record RollbackTarget(Kind kind, int count, Set<String> names) {

	/**
	 * Return a target of the newest migrations.
	 * @param count how many
	 * @return the target
	 */
	public static RollbackTarget count(int count) {
		return new RollbackTarget(Kind.COUNT, count, Set.of());
	}

	/**
	 * Return a target of those that were applied after a migration.
	 * @param id the migration, which stays
	 * @return the target
	 */
	public static RollbackTarget to(String id) {
		return new RollbackTarget(Kind.TO, 0, Set.of(id));
	}

	/**
	 * Return a target of those that were applied after a tag was set.
	 * @param tag the tag
	 * @return the target
	 */
	public static RollbackTarget tag(String tag) {
		return new RollbackTarget(Kind.TAG, 0, Set.of(tag));
	}

	/**
	 * Return a target of those that a run has applied.
	 * @param changes the names of the migrations
	 * @return the target
	 */
	public static RollbackTarget run(Set<String> changes) {
		return new RollbackTarget(Kind.RUN, 0, changes);
	}

	/**
	 * Select the migrations that are to be undone.
	 * @param <M> the type of a migration
	 * @param applied those that are applied, newest first
	 * @param isNamed tells whether a name is that of a migration
	 * @param isTagged tells whether a tag was set by or with a migration
	 * @return the migrations, newest first
	 * @throws InitializationException if the target is not among them
	 */
	public <M> List<M> select(List<M> applied, BiPredicate<M, String> isNamed, BiPredicate<M, String> isTagged) {
		List<M> selected = new ArrayList<>();
		if (this.kind == Kind.COUNT) {
			if (this.count > applied.size()) {
				throw notThere(
						"%d migrations cannot be undone, as %d are applied".formatted(this.count, applied.size()),
						"Give a smaller number");
			}
			return List.copyOf(applied.subList(0, this.count));
		}
		if (this.kind == Kind.RUN) {
			for (M migration : applied) {
				if (this.names.stream().noneMatch((name) -> isNamed.test(migration, name))) {
					break;
				}
				selected.add(migration);
			}
			if (selected.size() < this.names.size()) {
				throw notThere(
						"%d of the %d migrations of that run are the newest ones: others were applied after them, or they were undone"
							.formatted(selected.size(), this.names.size()),
						"Undo newer runs first");
			}
			return selected;
		}
		String name = this.names.iterator().next();
		for (M migration : applied) {
			if ((this.kind == Kind.TO) ? isNamed.test(migration, name) : isTagged.test(migration, name)) {
				return selected;
			}
			selected.add(migration);
		}
		throw notThere("%s '%s' is not among those that are applied"
			.formatted((this.kind == Kind.TO) ? "Migration" : "Tag", name), "Correct the name");
	}

	private static InitializationException notThere(String message, String action) {
		return new InitializationException(message, action + ". Nothing was undone.", null);
	}

	/**
	 * Return the exception for a migration that has no inverse.
	 * @param migration the migration
	 * @param reason why not
	 * @param action what to do; {@code null} for writing the inverse
	 * @return the exception
	 */
	public static InitializationException noInverse(String migration, String reason, @Nullable String action) {
		return new InitializationException("%s cannot be undone: %s".formatted(migration, reason),
				((action != null) ? action : "Write its inverse, or undo it by a new migration")
						+ ". Nothing was undone.",
				null);
	}

	/**
	 * How migrations are given.
	 */
	public enum Kind {

		/** The newest ones, by their number. */
		COUNT,

		/** Those that were applied after another one. */
		TO,

		/** Those that were applied after a tag was set. */
		TAG,

		/** Those that one run has applied. */
		RUN

	}

}
