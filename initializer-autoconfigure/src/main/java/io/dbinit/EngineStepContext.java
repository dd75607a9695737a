package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.dbinit.lock.Lock;
import io.dbinit.lock.Retry;
import org.jspecify.annotations.Nullable;

/**
 * The context of a step in a run.
 */
final class EngineStepContext implements ToolContext {

	private static final Duration PAUSE = Duration.ofMillis(500);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private final String step;

	private final Environment environment;

	private final Marker marker;

	private final DatabaseSession session;

	private final Journal journal;

	private final Progress progress;

	private final Runnable lockCheck;

	private final Records records;

	private final @Nullable Lock lock;

	private final DatabaseExecutor executor;

	EngineStepContext(String step, Environment environment, Marker marker, DatabaseSession session, Journal journal,
			Progress progress, Runnable lockCheck, Records records, @Nullable Lock lock, DatabaseExecutor executor) {
		this.step = step;
		this.environment = environment;
		this.marker = marker;
		this.session = session;
		this.journal = journal;
		this.progress = progress;
		this.lockCheck = lockCheck;
		this.records = records;
		this.lock = lock;
		this.executor = executor;
	}

	@Override
	public String database() {
		return this.progress.name();
	}

	@Override
	public Environment environment() {
		return this.environment;
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return this.session.unwrap(type);
	}

	@Override
	public Marker marker() {
		return this.marker;
	}

	@Override
	public void change(Change change, CheckedRunnable action) throws Exception {
		progress(change.text());
		this.journal.intend(this.step, change.text());
		retry(action);
		this.journal.conclude(this.step, change.text());
		changed(change);
	}

	@Override
	public void changed(Change change) {
		this.progress.changed(this.step, change);
	}

	@Override
	public void progress(String activity) {
		checkLock();
		this.progress.activity(this.step, activity);
		if (this.lock != null) {
			this.lock.activity(this.step + ": " + activity);
		}
	}

	@Override
	public void checkLock() {
		this.lockCheck.run();
	}

	@Override
	public void mismatch(Mismatch mismatch) {
		this.progress.mismatch(mismatch);
	}

	@Override
	public List<Mismatch> mismatches() {
		return this.progress.report().mismatches();
	}

	@Override
	public void limitation(String limitation) {
		this.progress.limitation(limitation);
	}

	@Override
	public boolean hasTransactions() {
		return this.session.hasTransactions();
	}

	@Override
	public boolean isConflict(Throwable ex) {
		return this.session.isConflict(ex);
	}

	@Override
	public void retry(CheckedRunnable work) throws Exception {
		Retry retry = Retry.within(this.session.conflictLimit(), "waiting for a transaction of another process");
		Duration pause = PAUSE;
		while (true) {
			try {
				work.run();
				return;
			}
			catch (Exception ex) {
				if (!isConflict(ex) || retry.isOver()) {
					throw ex;
				}
				progress("waiting for an operation or transaction of another process, which may be dead");
				retry.pause(pause);
				pause = (pause.compareTo(LONGEST_PAUSE) < 0) ? pause.multipliedBy(3).dividedBy(2) : pause;
				checkLock();
			}
		}
	}

	@Override
	public List<String> inDoubt() {
		return this.journal.inDoubt()
			.stream()
			.filter((change) -> change.step().equals(this.step))
			.map(Journal.InDoubt::change)
			.toList();
	}

	@Override
	public void intend(String change) {
		checkLock();
		this.journal.intend(this.step, change);
	}

	@Override
	public void conclude(String change) {
		this.journal.conclude(this.step, change);
	}

	@Override
	public void guard(Object transaction) {
		checkLock();
		this.journal.guard(transaction);
	}

	@Override
	public void forgetRecords() {
		checkLock();
		this.records.forget();
	}

	@Override
	public Map<String, Map<String, String>> records() {
		return this.session.records();
	}

	@Override
	public void beginRestore(String backup) {
		checkLock();
		this.records.beginRestore(backup);
	}

	@Override
	public void endRestore(Map<String, Map<String, String>> records) {
		checkLock();
		this.records.endRestore(records);
	}

	@Override
	public void versions(MigrationVersions versions) {
		this.progress.versions(this.step, versions);
	}

	@Override
	public <T> T onCallingThread(Callable<T> task) throws Exception {
		return this.executor.onCaller(task);
	}

	/**
	 * The records of everything that was done to the database.
	 */
	interface Records {

		/**
		 * Delete them.
		 */
		void forget();

		/**
		 * Put the mark of a restore in their place.
		 */
		void beginRestore(String backup);

		/**
		 * Put those of a backup in their place.
		 */
		void endRestore(Map<String, Map<String, String>> records);

	}

}
