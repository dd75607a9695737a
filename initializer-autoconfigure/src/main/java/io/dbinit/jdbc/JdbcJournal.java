package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.dbinit.CheckedRunnable;
import io.dbinit.Definition;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Report;
import io.dbinit.Report.Outcome;
import io.dbinit.MigrationVersions;
import io.dbinit.PlanRecord;
import io.dbinit.Release;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import io.dbinit.lock.Retry;
import org.jspecify.annotations.Nullable;

/**
 * The journal in tables. A transaction begins, or where it includes the work of a step
 * ends, with an update of the database's own row, on condition that the lease holds: a
 * successor, which updates the same row before it does anything, waits for the
 * transaction to end, and its update makes all later ones of ours fail. The lease's row
 * itself is never locked for longer than a statement, so that neither a renewal nor a
 * successor waits for it.
 */
final class JdbcJournal implements Journal {

	private static final String HOLDS = """
			from db_init_lock where id = 1 and owner = ? and token = ? and expires_at > %s""";

	private static final String FENCE = """
			update db_init_database set token = ?, revision = revision + 1
			where id = 1 and exists (select 1 %s)""";

	private static final Log logger = LogFactory.getLog(JdbcJournal.class);

	private static final int WORK_TIMEOUT_SECONDS = 10;

	private static final int FENCE_TIMEOUT_SECONDS = 1;

	private final JdbcLeaseStore store;

	private final ControlConnection control;

	private final Lease lease;

	private final String application;

	private final Dialect dialect;

	private final String holds;

	/** The changes of this run that were begun and are not concluded. */
	private final Set<InDoubt> begun = ConcurrentHashMap.newKeySet();

	private final CrashProtection protection;

	private final AtomicInteger position = new AtomicInteger();

	private final ChangeRecords changes;

	private @Nullable StepRecords records;

	JdbcJournal(JdbcLeaseStore store, Lease lease, String application) {
		this.store = store;
		this.control = store.control();
		this.lease = lease;
		this.application = application;
		this.dialect = this.control.dialect();
		this.protection = this.dialect.crashProtection();
		this.holds = HOLDS.formatted(this.dialect.now());
		this.changes = new ChangeRecords(lease, this.holds, this.dialect);
	}

	/**
	 * Wait for the transactions of earlier holders, and make their later ones fail. On
	 * the working connection, so that the lease is renewed meanwhile.
	 * @param limit how long to wait
	 */
	void fence(Duration limit) {
		Retry retry = Retry.within(limit, "waiting for a transaction on '" + this.lease.owner() + "'");
		while (true) {
			try {
				fence(work().connection());
				return;
			}
			catch (SQLException ex) {
				if (!SqlErrors.isKeptWaiting(ex)) {
					throw this.control.failure("write to the journal of", ex);
				}
				if (retry.isOver()) {
					throw new InitializationException(
							"A transaction of a process that lost the lock keeps table 'db_init_database' locked: "
									+ SqlErrors.reason(ex),
							"End its session on the server, then start again.", ex);
				}
			}
		}
	}

	private ServerSession work() {
		return Objects.requireNonNull(this.store.session(), "The lock is not held");
	}

	private void fence(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FENCE.formatted(this.holds))) {
			statement.setQueryTimeout(FENCE_TIMEOUT_SECONDS);
			Sql.bind(statement, this.lease.token(), this.lease.owner(), this.lease.token());
			if (statement.executeUpdate() == 0) {
				throw lost();
			}
		}
	}

	private LeaseLostException lost() {
		return new LeaseLostException("The lease is not the database's newest any more: " + this.lease, null);
	}

	@Override
	public void begin(Report.RunReport run, String environment, Release release) {
		upgradeTables();
		this.control.grantSelect();
		inTransaction("record the begin of a run on", (connection) -> {
			fence(connection);
			records(connection).incomplete(connection);
			records(connection).release(connection, release);
			Sql.update(connection, """
					update db_init_database set created_at = coalesce(created_at, %s)
					where id = 1""".formatted(this.dialect.now()));
			Sql.update(connection, "update db_init_database set environment = ? where id = 1 and environment is null",
					environment);
			History.write(connection, run);
			return true;
		});
	}

	/**
	 * A user who is not allowed to upgrade the tables goes on with the older ones.
	 */
	private void upgradeTables() {
		check();
		protect(this.protection::begin);
		this.control.call("upgrade the tables 'db_init_*' of", (connection) -> {
			try {
				Tables.upgrade(connection, this.dialect);
			}
			catch (SQLException ex) {
				if (!SqlErrors.isDenied(ex)) {
					throw ex;
				}
				logger.warn("The tables 'db_init_*' could not be upgraded to version %d: %s".formatted(Tables.VERSION,
						SqlErrors.reason(ex)));
			}
			return true;
		});
		protect(this.protection::end);
	}

	/**
	 * Return the records of the application, which are those of the upgraded tables: they
	 * are asked for after the run has begun.
	 */
	private StepRecords records(Connection connection) throws SQLException {
		StepRecords records = this.records;
		if (records == null) {
			records = StepRecords.of(connection, this.dialect, this.application);
			this.records = records;
		}
		return records;
	}

	@Override
	public List<PlanRecord> plans() {
		return this.control.call("read the records of", new PlanRecords(this.application)::read);
	}

	@Override
	public void attempt(Release release, Map<String, String> steps, int reverted) {
		record("record the plan of",
				(records, connection) -> records.add(connection, this.dialect, release, steps, reverted));
	}

	@Override
	public Map<String, List<Definition>> otherDefinitions() {
		return this.control.call("read the records of", new PlanRecords(this.application)::otherDefinitions);
	}

	@Override
	public void declare(List<Definition> definitions) {
		record("record the definitions of", (records, connection) -> records.declare(connection, definitions));
	}

	private void record(String what, PlanWrite write) {
		inTransaction(what, (connection) -> {
			fence(connection);
			PlanRecords plans = records(connection).plans().orElse(null);
			if (plans != null) {
				write.write(plans, connection);
			}
			return true;
		});
	}

	@Override
	public void stamp(String environment) {
		inTransaction("record the environment of", (connection) -> {
			fence(connection);
			return Sql.update(connection, "update db_init_database set environment = ? where id = 1", environment);
		});
	}

	@Override
	public List<InDoubt> inDoubt() {
		return this.control.call("read the journal of",
				(connection) -> this.changes.inDoubt(connection, records(connection).owner()));
	}

	@Override
	public void intend(String step, String change) {
		int position = this.position.incrementAndGet();
		boolean written = this.control.call("write to the journal of",
				(connection) -> this.changes.insert(connection, position, step, change, records(connection).owner()));
		if (!written) {
			throw lost();
		}
		this.begun.add(new InDoubt(step, change));
		protect(this.protection::begin);
	}

	/**
	 * A user who does not see the sessions of others cannot change settings either.
	 */
	private void protect(Sql.Action action) {
		if (this.control.isReliable()) {
			this.control.call("write the file of", (connection) -> {
				action.on(connection);
				return true;
			});
		}
	}

	@Override
	public void conclude(String step, String change) {
		boolean deleted = this.control.call("write to the journal of",
				(connection) -> this.changes.delete(connection, step, change, records(connection).owner()));
		if (!deleted) {
			check();
		}
		this.begun.remove(new InDoubt(step, change));
		if (this.begun.isEmpty()) {
			protect(this.protection::end);
		}
	}

	private void check() {
		boolean holds = this.control.call("read the lock of",
				(connection) -> !Sql
					.query(connection, "select token " + this.holds, (row) -> row.getLong(1), this.lease.owner(),
							this.lease.token())
					.isEmpty());
		if (!holds) {
			throw lost();
		}
	}

	@Override
	public void once(String step, String fingerprint, CheckedRunnable work) throws Exception {
		Sql.<Boolean, Exception>inTransaction(work().connection(), (connection) -> {
			work.run();
			fence(connection);
			records(connection).write(connection, step, fingerprint, null);
			return true;
		});
	}

	/**
	 * The transactions of tools are those of the working session, which a successor ends.
	 */
	@Override
	public void guard(Object transaction) {
		check();
	}

	@Override
	public List<String> otherApplications() {
		return this.control.call("read the records of", (connection) -> records(connection).others(connection));
	}

	@Override
	public void forget() {
		inTransaction("delete the records of", (connection) -> {
			fence(connection);
			records(connection).forgetAll(connection);
			return true;
		});
		this.begun.clear();
		protect(this.protection::end);
	}

	/**
	 * A server that has crashed may have lost its last commits, which this process counts
	 * as done. Therefore the transaction checks that the step connection is alive: a
	 * server that has crashed since cannot commit it either.
	 */
	@Override
	public void end(Report.RunReport run, Map<String, String> steps, Map<String, MigrationVersions> versions) {
		boolean done = run.outcome() == Outcome.DONE;
		protect(this.protection::end);
		inTransaction("record the end of a run on", (connection) -> {
			fence(connection);
			boolean kept = isWorkAlive();
			if (done && !kept) {
				throw new InitializationException(
						"The session of the steps has ended, so that the server may have lost its last changes",
						"Start again: steps that are recorded as done are not repeated.", null);
			}
			records(connection).complete(connection, done);
			if (kept) {
				records(connection).write(connection, steps, versions, done);
			}
			History.write(connection, run);
			History.trim(connection);
			return true;
		});
	}

	/**
	 * Uses the step connection where it is the only one that a successor can terminate:
	 * the successor would wait for the transaction of a frozen process on any other.
	 */
	private void inTransaction(String what, Sql.Call<?> call) {
		try {
			if (!this.dialect.canTerminateControlConnection() && isWorkAlive()) {
				Sql.inTransaction(work().connection(), call::on);
			}
			else {
				this.control.inTransaction(what, call);
			}
		}
		catch (SQLException ex) {
			throw this.control.failure(what, ex);
		}
	}

	private boolean isWorkAlive() throws SQLException {
		ServerSession session = this.store.session();
		return session != null && session.connection().isValid(WORK_TIMEOUT_SECONDS);
	}

	@Override
	public void restore(Map<String, Map<String, String>> records) {
		inTransaction("restore the records of", (connection) -> {
			fence(connection);
			for (Map.Entry<String, Map<String, String>> entry : records.entrySet()) {
				StepRecords restored = StepRecords.of(connection, this.dialect, entry.getKey());
				restored.incomplete(connection);
				restored.write(connection, entry.getValue(), Map.of(), false);
			}
			return true;
		});
	}

	@Override
	public void ledgerChanged(String before, String after) {
		inTransaction("record the state of a ledger on", (connection) -> {
			fence(connection);
			records(connection).ledgerChanged(connection, before, after);
			return true;
		});
	}

	private interface PlanWrite {

		void write(PlanRecords records, Connection connection) throws SQLException;

	}

}
