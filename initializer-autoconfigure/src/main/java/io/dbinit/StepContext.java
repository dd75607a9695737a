package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.Lock;
import org.jspecify.annotations.Nullable;

/**
 * What a step has at hand: the client of its database, the lock, the journal and the
 * report.
 */
public final class StepContext {

	/** A server of MongoDB ends a transaction after 60 s, and looks once a minute. */
	private static final Duration TRANSACTION_LIFETIME = Duration.ofSeconds(120);

	private static final Duration PAUSE = Duration.ofMillis(500);

	private final Database database;

	private final Marker marker;

	private final InitializerOptions options;

	private final Progress progress;

	private final String step;

	private final @Nullable Lock lock;

	private final @Nullable Journal journal;

	private final SideBySide sideBySide;

	StepContext(Database database, Marker marker, InitializerOptions options, Progress progress, String step,
			@Nullable Lock lock, @Nullable Journal journal, SideBySide sideBySide) {
		this.database = database;
		this.marker = marker;
		this.options = options;
		this.progress = progress;
		this.step = step;
		this.lock = lock;
		this.journal = journal;
		this.sideBySide = sideBySide;
	}

	/**
	 * Return the client through which to work, like {@link java.sql.Connection}. It is
	 * cut off when the lock is lost, and must not be closed.
	 * @param <T> the type of the client
	 * @param type the type of the client
	 * @return the client
	 */
	public <T> T unwrap(Class<T> type) {
		return this.database.unwrap(type);
	}

	/**
	 * Return the name of the database.
	 * @return the name
	 */
	public String database() {
		return this.database.name();
	}

	/**
	 * Return whether changes can be made and recorded in one transaction.
	 * @return whether the database has transactions
	 */
	public boolean hasTransactions() {
		return this.database.hasTransactions();
	}

	/**
	 * Return whether somebody else's transaction was in the way of a change: that of a
	 * dead process lasts until the server ends it. If the change was made in a
	 * transaction, nothing of it is there, and it can be repeated.
	 * @param ex what the change threw
	 * @return whether to try again a little later
	 */
	public boolean isConflict(Throwable ex) {
		return this.database.isConflict(ex);
	}

	/**
	 * Return what the database said of itself before this run changed anything.
	 * @return the marker
	 */
	public Marker marker() {
		return this.marker;
	}

	/**
	 * Return the environment whose rules apply.
	 * @return the environment, {@code production} if unknown
	 */
	public String environment() {
		return this.options.environment();
	}

	/**
	 * Make one change: check the lock, write down the intent, make it, write down the
	 * outcome. To be used for each statement or command that commits by itself. While
	 * somebody else's transaction is in the way, it is tried again, for two minutes.
	 * @param change what is done, in a few words that name the thing
	 * @param action makes the change; must be harmless if it is repeated
	 * @throws LeaseLostException if the lock is lost; then the change was not made
	 * @throws Exception what the action throws
	 */
	public void change(String change, Action action) throws Exception {
		progress(change);
		if (this.journal != null) {
			this.journal.intend(this.step, change);
		}
		persist(action);
		if (this.journal != null) {
			this.journal.done(this.step, change);
		}
		changed(change);
	}

	/**
	 * Do what is harmless if it is repeated, again as long as somebody else's transaction
	 * is in the way.
	 */
	void persist(Action action) throws Exception {
		long since = System.nanoTime();
		while (true) {
			try {
				action.run();
				return;
			}
			catch (Exception ex) {
				if (!isConflict(ex) || !awaitRepetition(since)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Wait a little before something is repeated that met a {@link #isConflict conflict}.
	 * @param since when it was tried first, in nanoseconds of {@link System#nanoTime()}
	 * @return whether to repeat it: otherwise a server would have ended the transaction
	 * of a dead process by now
	 * @throws LeaseLostException if the lock is lost
	 */
	public boolean awaitRepetition(long since) {
		if (System.nanoTime() - since >= TRANSACTION_LIFETIME.toNanos()) {
			return false;
		}
		progress("waiting for an operation or transaction of somebody else, which a dead process may have left");
		pause();
		checkLock();
		return true;
	}

	private static void pause() {
		try {
			TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for somebody else's transaction", ex);
		}
	}

	/**
	 * Report a change that was made and is recorded elsewhere, like a changeset in the
	 * tool's own table.
	 * @param change what was done, in a few words that name the thing
	 */
	public void changed(String change) {
		this.progress.changed(this.step, change);
	}

	/**
	 * Tell those who wait for the lock, and those who look at the report, what is done
	 * now.
	 * @param doing what is done now
	 * @throws LeaseLostException if the lock is lost
	 */
	public void progress(String doing) {
		this.progress.doing(this.step, doing);
		if (this.lock != null) {
			this.lock.doing(this.step + ": " + doing);
		}
	}

	/**
	 * Check that the lock still holds, without asking the database.
	 * @throws LeaseLostException if the lock is lost
	 */
	public void checkLock() {
		if (this.lock != null) {
			this.lock.check();
		}
	}

	/**
	 * Let the transaction of a tool end in failure if the lock is lost by then, however
	 * long the process is frozen before it commits: to be called when nothing but the
	 * commit is left to do.
	 * @param transaction the transaction, in the form that the client of the database
	 * gives it, like a MongoDB {@code ClientSession}
	 * @throws LeaseLostException if the lock is lost
	 */
	public void guard(Object transaction) {
		checkLock();
		if (this.journal != null) {
			this.journal.guard(transaction);
		}
	}

	/**
	 * Return the changes of this step that an earlier run began and of which nobody wrote
	 * down the outcome.
	 * @return the changes, oldest first, as they were given to {@link #change} or
	 * {@link #intend}
	 */
	public List<String> inDoubt() {
		String prefix = this.step + ": ";
		return (this.journal == null) ? List.of()
				: this.journal.inDoubt()
					.stream()
					.filter((change) -> change.startsWith(prefix))
					.map((change) -> change.substring(prefix.length()))
					.toList();
	}

	/**
	 * Write down that a change is about to be made, for a tool that tells of its changes
	 * but does not let itself be wrapped. Prefer {@link #change}.
	 * @param change what is about to be done
	 */
	public void intend(String change) {
		checkLock();
		if (this.journal != null) {
			this.journal.intend(this.step, change);
		}
	}

	/**
	 * Write down that an {@link #intend intended} change has ended, one way or the other.
	 * @param change what was done
	 */
	public void settle(String change) {
		if (this.journal != null) {
			this.journal.done(this.step, change);
		}
	}

	/**
	 * Report the versions of a migration tool.
	 * @param versions the versions
	 */
	public void versions(Versions versions) {
		this.progress.versions(this.step, versions);
	}

	/**
	 * Report that something is not as it was declared.
	 * @param problem the difference
	 */
	public void problem(Problem problem) {
		this.progress.problem(problem);
	}

	/**
	 * Return the problems that were reported on this database.
	 * @return the problems
	 */
	public List<Problem> problems() {
		return this.progress.report().problems();
	}

	/**
	 * Report what was asked for and cannot be had, or not guaranteed, on this server.
	 * @param limitation one sentence that names the thing
	 */
	public void limitation(String limitation) {
		this.progress.limitation(limitation);
	}

	/**
	 * Do something on the thread on which the start was asked for, and wait for it. That
	 * is where beans must be asked for: while a Spring context is refreshed, another
	 * thread would wait for ever.
	 * @param <T> the type of the result
	 * @param work what to do
	 * @return its result
	 * @throws Exception what it throws
	 */
	public <T> T onCallingThread(Callable<T> work) throws Exception {
		return this.sideBySide.onCaller(work);
	}

}
