package io.dbinit.liquibase;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import liquibase.change.Change;
import liquibase.changelog.ChangeSet;

/**
 * How far a changeset got whose changes commit one by one, in the form in which it is
 * journalled.
 *
 * @param changeSet the changeset
 * @param position the number of the change, from 1
 * @param begun whether the change was begun; otherwise it was the last that was made
 * @param digest tells whether the changes up to this one are still the same
 */
record ChangeSetProgress(String changeSet, int position, boolean begun, String digest) {

	private static final Pattern FORMAT = Pattern
		.compile("(?<changeSet>.*), change (?<position>\\d+) (?<state>begun|made) \\[(?<digest>\\w+)]", Pattern.DOTALL);

	static ChangeSetProgress begun(ChangeSet changeSet, List<Change> changes, int position) {
		return new ChangeSetProgress(changeSet.toString(false), position, true, digest(changes, position));
	}

	static ChangeSetProgress made(ChangeSet changeSet, List<Change> changes, int position) {
		return new ChangeSetProgress(changeSet.toString(false), position, false, digest(changes, position));
	}

	static Optional<ChangeSetProgress> parse(String entry) {
		Matcher matcher = FORMAT.matcher(entry);
		return matcher.matches() ? Optional
			.of(new ChangeSetProgress(matcher.group("changeSet"), Integer.parseInt(matcher.group("position")),
					matcher.group("state").equals("begun"), matcher.group("digest")))
				: Optional.empty();
	}

	private static String digest(List<Change> changes, int position) {
		Digest digest = new Digest();
		for (Change change : changes.subList(0, Math.min(position, changes.size()))) {
			digest.add(String.valueOf(change.generateCheckSum()));
		}
		return digest.end().substring(0, 16);
	}

	/**
	 * Return whether the changes up to this one are unchanged.
	 * @param changes the changes as they are now
	 * @return whether they are the same
	 */
	boolean isOf(List<Change> changes) {
		return this.position <= changes.size() && this.digest.equals(digest(changes, this.position));
	}

	@Override
	public String toString() {
		return "%s, change %d %s [%s]".formatted(this.changeSet, this.position, this.begun ? "begun" : "made",
				this.digest);
	}

}
