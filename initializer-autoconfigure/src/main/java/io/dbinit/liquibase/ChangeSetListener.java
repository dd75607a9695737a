package io.dbinit.liquibase;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import liquibase.change.Change;
import liquibase.change.core.AbstractModifyDataChange;
import liquibase.change.core.InsertDataChange;
import liquibase.change.core.LoadDataChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.changelog.ChangeSet.RunStatus;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.changelog.visitor.ChangeExecListener;
import liquibase.changelog.visitor.DefaultChangeExecListener;
import liquibase.database.Database;
import org.jspecify.annotations.Nullable;

/**
 * Checks the lock before each changeset. Applies and records a changeset in one
 * transaction where the database supports it, and journals each change where it does not.
 * Reports applied changesets.
 */
final class ChangeSetListener extends AbstractChangeExecListener {

	private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(500);

	private final ToolContext context;

	private final WorkingConnection connection;

	private final ChangesInDoubt doubts;

	private final int pending;

	private int begun;

	private final List<String> applied = new ArrayList<>();

	private long nextProgress = System.nanoTime();

	private List<Change> changes = List.of();

	private boolean transactional;

	private @Nullable String entry;

	private int position;

	private @Nullable InvalidIndexes invalidIndexes;

	private @Nullable InitializationException failure;

	ChangeSetListener(ToolContext context, WorkingConnection connection, InDoubt answer, ChangeLogState state) {
		this.context = context;
		this.connection = connection;
		this.doubts = new ChangesInDoubt(context, answer);
		this.pending = state.pending().size();
		this.doubts.settleRecorded(state.pending()::contains);
	}

	/**
	 * Return the changesets that were applied, or marked as such.
	 * @return the changesets, in their order
	 */
	List<String> applied() {
		return this.applied;
	}

	/**
	 * Return the failure of a changeset.
	 * @return the failure, or {@code null} if no changeset failed
	 */
	@Nullable InitializationException failure() {
		return this.failure;
	}

	@Override
	public void willRun(ChangeSet changeSet, DatabaseChangeLog changeLog, Database database, RunStatus status) {
		this.begun++;
		this.position = 0;
		this.entry = null;
		this.changes = List.copyOf(changeSet.getChanges());
		progress(changeSet);
		this.doubts.resolve(changeSet, database);
		this.transactional = isTransactional(changeSet, database);
	}

	private void progress(ChangeSet changeSet) {
		this.context.checkLock();
		if (System.nanoTime() - this.nextProgress >= 0) {
			int total = Math.max(this.pending, this.begun);
			this.context.progress("%d of %d (%d %%): %s".formatted(this.begun, total, 100 * (this.begun - 1) / total,
					changeSet.toString(false)));
			this.nextProgress = System.nanoTime() + PROGRESS_INTERVAL.toNanos();
		}
	}

	/**
	 * Liquibase takes MySQL, MariaDB and H2 for databases on which DDL is transactional.
	 * There only a changeset that does nothing but change data can be one transaction.
	 */
	static boolean isTransactional(ChangeSet changeSet, Database database) {
		return changeSet.isRunInTransaction() && changeSet.getRunWith() == null
				&& (database.getShortName().equals("postgresql")
						|| changeSet.getChanges().stream().allMatch(ChangeSetListener::changesDataOnly));
	}

	private static boolean changesDataOnly(Change change) {
		return change instanceof InsertDataChange || change instanceof LoadDataChange
				|| change instanceof AbstractModifyDataChange;
	}

	@Override
	public void willRun(Change change, ChangeSet changeSet, DatabaseChangeLog changeLog, Database database) {
		this.position = this.changes.indexOf(change) + 1;
		if (this.transactional) {
			// The transaction ends when the changeset is recorded
			call(this.connection::begin);
		}
		else {
			enter(ChangeSetProgress.begun(changeSet, this.changes, this.position));
			call(() -> this.invalidIndexes = InvalidIndexes.before(this.connection.target(), database));
		}
	}

	@Override
	public void ran(Change change, ChangeSet changeSet, DatabaseChangeLog changeLog, Database database) {
		if (!this.transactional) {
			call(this.connection::commitChange);
			if (this.position == this.changes.size()) {
				enter(ChangeSetProgress.made(changeSet, this.changes, this.position));
			}
		}
	}

	private void enter(@Nullable ChangeSetProgress progress) {
		String before = this.entry;
		this.entry = (progress != null) ? progress.toString() : null;
		if (this.entry != null) {
			this.context.intend(this.entry);
		}
		if (before != null) {
			this.context.conclude(before);
		}
	}

	@Override
	public void ran(ChangeSet changeSet, DatabaseChangeLog changeLog, Database database, ExecType type) {
		commit(changeSet);
		enter(null);
		this.doubts.settle(changeSet.toString(false));
		if (type == ExecType.FAILED) {
			this.context.limitation(
					"Changeset '%s' failed. As its 'failOnError' is 'false', the run continued; the changeset is tried again at each start"
						.formatted(changeSet.toString(false)));
			return;
		}
		this.applied.add(changeSet.toString(false));
		String id = changeSet.toString(false);
		this.context.changed(io.dbinit.Change.migrate(id,
				((type == ExecType.MARK_RAN) ? "marked as ran: changeset " : "changeset ") + id));
	}

	private void commit(ChangeSet changeSet) {
		try {
			this.connection.commit();
		}
		catch (SQLException ex) {
			// For example of a deferred constraint
			boolean alive = this.connection.undo();
			this.failure = failure(changeSet, alive, true,
					alive ? "Nothing of it was applied." : "Whether it was applied is not known: the connection broke.",
					ex);
			throw this.failure;
		}
	}

	@Override
	public void runFailed(ChangeSet changeSet, DatabaseChangeLog changeLog, Database database, Exception exception) {
		boolean alive = this.connection.undo();
		boolean whole = this.position == 0 || isWhole(this.changes.get(this.position - 1), database);
		String indexes = (alive && !this.transactional && this.position > 0)
				? dropInvalidIndexes(this.changes.get(this.position - 1), database) : "";
		boolean concluded = this.entry == null || (whole && alive);
		if (this.entry != null && concluded) {
			enter((this.position > 1) ? ChangeSetProgress.made(changeSet, this.changes, this.position - 1) : null);
		}
		this.failure = failure(changeSet, alive, concluded, state(whole, alive) + indexes, exception);
	}

	private String dropInvalidIndexes(Change change, Database database) {
		try {
			List<String> dropped = (this.invalidIndexes != null)
					? this.invalidIndexes.drop(ChangesInDoubt.sql(change, database), database) : List.of();
			return dropped.isEmpty() ? ""
					: " Its invalid index was dropped again: '%s'.".formatted(String.join("', '", dropped));
		}
		catch (SQLException | RuntimeException ex) {
			return " It may have left an invalid index, which has to be dropped: " + LiquibaseFailure.reason(ex);
		}
	}

	/**
	 * A statement that the server refuses has changed nothing, and changes of data are
	 * rolled back; of other statements, those before it have been applied.
	 */
	private static boolean isWhole(Change change, Database database) {
		try {
			return changesDataOnly(change) || change.generateStatements(database).length == 1;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private InitializationException failure(ChangeSet changeSet, boolean alive, boolean concluded, String state,
			Exception exception) {
		String where = (this.position == 0) ? "before its first change" : "at change %d of %d (%s)".formatted(
				this.position, this.changes.size(), this.changes.get(this.position - 1).getSerializedObjectName());
		String file = Objects.requireNonNullElse(changeSet.getChangeLog().getPhysicalFilePath(),
				changeSet.getFilePath());
		String correct = concluded
				? "Correct the changeset in '%s' and start again: changes that are applied are not repeated."
					.formatted(file)
				: "Look into '%s'. If you complete the change by hand, start once with 'db-init.liquibase.in-doubt=applied'; if you undo the part of it that was applied, correct the changeset in '%s' and start once with 'db-init.liquibase.in-doubt=not-applied'."
					.formatted(this.context.database(), file);
		return new InitializationException(
				"Changeset '%s' failed %s: %s%n%s".formatted(changeSet.toString(false), where,
						LiquibaseFailure.reason(exception), state),
				alive ? correct
						: "Start again: the next start checks which changes were applied, and does not repeat them.",
				exception);
	}

	private String state(boolean whole, boolean alive) {
		if (this.transactional || this.position == 0) {
			return "Nothing of it was applied.";
		}
		String before = (this.position > 1)
				? "Changes 1 to %d of it are applied and kept. ".formatted(this.position - 1) : "";
		boolean last = this.position == this.changes.size();
		return before + stateOfChange(whole, alive) + (last ? "" : " The changes after it were not begun.");
	}

	private String stateOfChange(boolean whole, boolean alive) {
		if (!alive) {
			return "Whether change %d was applied is not known: the connection broke.".formatted(this.position);
		}
		return whole ? "Nothing of change %d was applied.".formatted(this.position)
				: "Change %d consists of several statements, of which the first ones may be applied."
					.formatted(this.position);
	}

	private static void call(SqlCall call) {
		try {
			call.run();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Combine this listener with one of the application.
	 * @param other the other listener
	 * @return a listener that notifies both
	 */
	ChangeExecListener and(@Nullable ChangeExecListener other) {
		return new DefaultChangeExecListener(this, other);
	}

	@FunctionalInterface
	private interface SqlCall {

		void run() throws SQLException;

	}

}
