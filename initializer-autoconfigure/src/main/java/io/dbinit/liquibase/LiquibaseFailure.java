package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.Causes;
import io.dbinit.InitializationException;
import io.dbinit.lock.LeaseLostException;
import liquibase.ChecksumVersion;
import liquibase.change.Change;
import liquibase.change.core.CreateProcedureChange;
import liquibase.change.core.CreateViewChange;
import liquibase.change.core.LoadDataChange;
import liquibase.change.core.SQLFileChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.exception.LiquibaseException;
import liquibase.exception.ValidationFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the errors of Liquibase, which wrap each other, into one that names the changeset
 * and its file.
 */
final class LiquibaseFailure {

	private static final int LISTED = 20;

	private final DatabaseChangeLog changeLog;

	private final String database;

	LiquibaseFailure(DatabaseChangeLog changeLog, String database) {
		this.changeLog = changeLog;
		this.database = database;
	}

	/**
	 * Return the message of the innermost error of Liquibase or of the driver.
	 * @param ex the error
	 * @return the message
	 */
	static String reason(Throwable ex) {
		Throwable reason = Causes.of(ex)
			.stream()
			.filter((cause) -> !(cause instanceof LiquibaseException) && cause.getMessage() != null)
			.findFirst()
			.orElseGet(() -> Causes.root(ex));
		String message = (reason.getMessage() != null) ? reason.getMessage() : reason.getClass().getName();
		return message.strip();
	}

	/**
	 * Return the exception to throw for an error.
	 * @param ex the error that Liquibase threw
	 * @param listener the listener of the run
	 * @return the exception
	 */
	Exception of(Exception ex, ChangeSetListener listener) {
		Exception ours = cause(ex, InitializationException.class);
		ours = (ours != null) ? ours : cause(ex, LeaseLostException.class);
		if (ours != null) {
			return ours;
		}
		if (listener.failure() != null) {
			return listener.failure();
		}
		ValidationFailedException invalid = cause(ex, ValidationFailedException.class);
		if (invalid != null) {
			List<ChangeSet> changed = changed();
			return changed.isEmpty() ? invalid(invalid) : changed(changed, invalid);
		}
		return cause(ex, LiquibaseException.class) == null ? ex
				: new InitializationException(
						"Failed to apply the changelog '%s' to '%s': %s".formatted(file(), this.database, reason(ex)),
						"Correct the cause and start again: changesets that are applied are not repeated.", ex);
	}

	private static <T extends Exception> @Nullable T cause(Throwable ex, Class<T> type) {
		return Causes.find(ex, type).orElse(null);
	}

	private List<ChangeSet> changed() {
		return this.changeLog.getChangeSets()
			.stream()
			.filter((changeSet) -> changeSet.getStoredCheckSum() != null && !changeSet.shouldRunOnChange()
					&& !changeSet.shouldAlwaysRun() && !changeSet.isCheckSumValid(changeSet.getStoredCheckSum()))
			.toList();
	}

	private InitializationException changed(List<ChangeSet> changed, ValidationFailedException cause) {
		List<String> lines = changed.stream()
			.map((changeSet) -> "  '%s': its checksum was %s when it was applied, and is %s now: %s was edited since, or a parameter that it uses"
				.formatted(changeSet.toString(false), changeSet.getStoredCheckSum(), now(changeSet),
						String.join(" or ", files(changeSet))))
			.toList();
		ChangeSet first = changed.get(0);
		return new InitializationException(
				"%s of the changelog '%s' changed after being applied to '%s':%n%s"
					.formatted(count(changed.size(), "changeset"), file(), this.database, list(lines)),
				"Undo the edit and make the change in a new changeset. If the changed changeset has the same effect as the applied one, accept it: add 'validCheckSum: %s' to '%s'. No changeset was applied."
					.formatted(now(first), first.toString(false)),
				cause);
	}

	private static String now(ChangeSet changeSet) {
		return String.valueOf(changeSet
			.generateCheckSum(ChecksumVersion.enumFromChecksumVersion(changeSet.getStoredCheckSum().getVersion())));
	}

	/**
	 * A file that a change reads counts as much as the one that its changeset is in.
	 */
	private static Set<String> files(ChangeSet changeSet) {
		Set<String> files = new LinkedHashSet<>();
		files.add("'" + file(changeSet) + "'");
		for (Change change : changeSet.getChanges()) {
			String path = path(change);
			if (path != null) {
				files.add("'" + path + "'");
			}
		}
		return files;
	}

	private static @Nullable String path(Change change) {
		if (change instanceof SQLFileChange sql) {
			return sql.getPath();
		}
		if (change instanceof LoadDataChange data) {
			return data.getFile();
		}
		if (change instanceof CreateProcedureChange procedure) {
			return procedure.getPath();
		}
		return (change instanceof CreateViewChange view) ? view.getPath() : null;
	}

	/**
	 * The exception shows its errors in its message only.
	 */
	private InitializationException invalid(ValidationFailedException invalid) {
		List<String> errors = new ArrayList<>();
		for (String line : Objects.requireNonNullElse(invalid.getMessage(), "").lines().skip(1).toList()) {
			errors.add("  " + line.strip() + this.changeLog.getChangeSets()
				.stream()
				.filter((changeSet) -> line.contains(changeSet.toString(false)) && !line.contains(file(changeSet)))
				.map((changeSet) -> " (in '" + file(changeSet) + "')")
				.findFirst()
				.orElse(""));
		}
		return new InitializationException(
				"The changelog '%s' is not valid for '%s':%n%s".formatted(file(), this.database, list(errors)),
				"Correct the files that are named, and start again. No changeset was applied.", invalid);
	}

	private static String list(List<String> lines) {
		String text = lines.stream().limit(LISTED).collect(Collectors.joining(System.lineSeparator()));
		return (lines.size() > LISTED) ? "%s%n  and %d more".formatted(text, lines.size() - LISTED) : text;
	}

	private static String count(int number, String thing) {
		return (number == 1) ? "1 " + thing : number + " " + thing + "s";
	}

	private String file() {
		return Objects.requireNonNullElse(this.changeLog.getPhysicalFilePath(), this.changeLog.getFilePath());
	}

	private static String file(ChangeSet changeSet) {
		DatabaseChangeLog changeLog = changeSet.getChangeLog();
		String physical = (changeLog != null) ? changeLog.getPhysicalFilePath() : null;
		return (physical != null) ? physical : changeSet.getFilePath();
	}

}
