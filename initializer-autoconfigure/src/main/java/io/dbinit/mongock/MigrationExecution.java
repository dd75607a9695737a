package io.dbinit.mongock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import io.dbinit.mongock.MongockProperties.InDoubt;
import io.dbinit.mongock.ChangeUnitDefinition.Change;
import org.jspecify.annotations.Nullable;

/**
 * The state of one execution of Mongock. The driver and the invoker report each change to
 * it; applied changes are passed on to the step.
 * <ol>
 * <li>Before a change begins, the lock is checked. The intent of a change without a
 * transaction is journalled.</li>
 * <li>A change counts as applied once Mongock has recorded it and its transaction, if
 * any, is committed. Its intent is then settled.</li>
 * <li>A lost lock or a change that could not be recorded stops the execution, where
 * Mongock itself would continue.</li>
 * </ol>
 */
final class MigrationExecution {

	private final ToolContext context;

	private final InDoubt policy;

	private final Map<String, Integer> places = new LinkedHashMap<>();

	private final Set<String> inDoubt;

	private final List<String> uncommitted = new ArrayList<>();

	private boolean transaction;

	private String current = "";

	private String outcome = "";

	private @Nullable Exception stopped;

	private boolean refused;

	private boolean conflict;

	MigrationExecution(ToolContext context, List<Change> due, InDoubt policy) {
		this.context = context;
		this.policy = policy;
		due.forEach((change) -> this.places.put(change.id(), this.places.size() + 1));
		this.inDoubt = new HashSet<>(context.inDoubt());
	}

	/**
	 * A change is about to be made.
	 * @param id the id of the change
	 * @param transactional whether it is made in a transaction
	 * @return whether its own rollback has to be called before
	 * @throws Exception if it must not be made
	 */
	boolean begin(String id, boolean transactional) throws Exception {
		if (this.stopped != null) {
			throw this.stopped;
		}
		entering(id);
		Integer place = this.places.get(id);
		this.context
			.progress((place != null) ? "%s, %d of %d".formatted(text(id), place, this.places.size()) : text(id));
		boolean doubtful = isInDoubt(id);
		if (!transactional && !doubtful) {
			this.context.intend(text(id));
		}
		return doubtful && this.policy == InDoubt.ROLL_BACK;
	}

	void entering(String id) {
		this.current = id;
		this.outcome = "";
	}

	private boolean isInDoubt(String id) {
		boolean doubtful = this.inDoubt.remove(text(id));
		if (doubtful && this.policy == InDoubt.FAIL) {
			throw new InitializationException("An earlier process began it and died, so a part of it may be applied",
					"Undo its changes and start once with 'db-init.mongock.in-doubt=repeat', "
							+ "or with 'db-init.mongock.in-doubt=roll-back' to call its rollback method.",
					null);
		}
		return doubtful;
	}

	/**
	 * A change was not begun, so there is nothing to roll back.
	 */
	void refuse(Exception reason) {
		if (this.stopped == null) {
			this.stopped = reason;
			this.refused = true;
		}
	}

	/**
	 * The rollback of a change that a dead process had begun failed. The rollback can be
	 * repeated.
	 */
	void refuseAfterRollback(Exception reason) {
		refuse(reason);
		this.conflict = isConflict(reason);
		this.outcome = ". Its rollback method failed, called because an earlier process began it and died: it is still in doubt";
	}

	/**
	 * Mongock is about to roll a change back.
	 */
	void rollback() {
		this.context.checkLock();
		if (this.refused) {
			throw new IllegalStateException("It was not begun");
		}
	}

	/**
	 * Stop the execution.
	 */
	void stop(Exception reason) {
		if (this.stopped == null) {
			this.stopped = reason;
			this.conflict = this.transaction && isConflict(reason);
			this.outcome = this.transaction ? ". Its transaction was rolled back" : ". A part of it may remain";
		}
	}

	/**
	 * Return whether an error is a conflict with another transaction.
	 */
	boolean isConflict(Throwable reason) {
		return this.context.isConflict(reason);
	}

	/**
	 * Return whether the execution was stopped by a conflict with another transaction and
	 * can be repeated: in a transaction of Mongock, or in a rollback.
	 */
	boolean metConflict() {
		return this.conflict;
	}

	/**
	 * A change that runs always was made again. Mongock records it the first time only.
	 */
	void repeated(String id) {
		applied(id);
	}

	/**
	 * Mongock has recorded the outcome of a change.
	 */
	void recorded(String id, String state) {
		if (this.refused) {
			return;
		}
		switch (state) {
			case "EXECUTED" -> {
				if (this.transaction) {
					this.uncommitted.add(id);
				}
				else {
					applied(id);
				}
			}
			case "ROLLED_BACK" -> {
				this.context.conclude(text(id));
				this.outcome = ". Its own rollback was run";
			}
			case "ROLLBACK_FAILED" -> this.outcome = ". Its own rollback failed too, so that a part of it may remain";
			default -> {
			}
		}
	}

	private void applied(String id) {
		this.context.conclude(text(id));
		this.context.changed(io.dbinit.Change.migrate(id, text(id)));
	}

	/**
	 * Run changes in a transaction, which may repeat them.
	 */
	void inTransaction(Runnable transaction) {
		this.transaction = true;
		try {
			transaction.run();
			this.uncommitted.forEach(this::applied);
		}
		finally {
			this.uncommitted.clear();
			this.transaction = false;
		}
	}

	boolean isInTransaction() {
		return this.transaction;
	}

	void beginTransaction() {
		this.uncommitted.clear();
	}

	/**
	 * Roll the transaction back if a change could not be recorded or the lock is lost.
	 * Mongock itself would commit it.
	 */
	void endTransaction(Object transaction) {
		if (this.stopped != null) {
			throw new IllegalStateException("The transaction must not be committed", this.stopped);
		}
		guard(transaction);
	}

	void guard(Object transaction) {
		this.context.guard(transaction);
	}

	/**
	 * Mongock failed.
	 */
	void failed(RuntimeException thrown) {
		if (this.stopped == null) {
			this.stopped = thrown;
		}
		else if (this.stopped != thrown) {
			this.stopped.addSuppressed(thrown);
		}
	}

	/**
	 * Fail if the run was stopped, or Mongock failed.
	 */
	void end() {
		if (this.stopped != null) {
			throw MongockStep.failure(this.current, this.outcome, this.stopped);
		}
	}

	private static String text(String id) {
		return "change unit '" + id + "'";
	}

}
