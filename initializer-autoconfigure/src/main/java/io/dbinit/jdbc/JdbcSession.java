package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.sql.DataSource;

import io.dbinit.DatabaseSession;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Ledger;
import io.dbinit.lock.Lease;
import io.dbinit.seed.SeedWriter;
import io.dbinit.transfer.Dumper;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The work on an SQL database. Steps {@link #unwrap} a {@link Connection}, a
 * {@link DataSource} that always returns that connection, or a {@link SeedWriter}.
 */
final class JdbcSession implements DatabaseSession {

	private static final Log logger = LogFactory.getLog(JdbcSession.class);

	private final String name;

	private final @Nullable JdbcLeaseStore store;

	private final @Nullable Lease lease;

	private final @Nullable ServerSession reader;

	private final LockPatience patience;

	private final Connector connector;

	private JdbcSession(String name, @Nullable JdbcLeaseStore store, @Nullable Lease lease,
			@Nullable ServerSession reader, LockPatience patience, Connector connector) {
		this.connector = connector;
		this.patience = patience;
		this.name = name;
		this.store = store;
		this.lease = lease;
		this.reader = reader;
	}

	static JdbcSession locked(String name, JdbcLeaseStore store, Lease lease) {
		return new JdbcSession(name, store, lease, null, store.patience(), store.connector());
	}

	static JdbcSession readOnly(String name, ServerSession reader, Connector connector) {
		return new JdbcSession(name, null, null, reader, LockPatience.DEFAULT, connector);
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		if (type == Connection.class || type == DataSource.class || type == SeedWriter.class || type == Dumper.class) {
			return type.cast(client(type));
		}
		throw new IllegalArgumentException("'%s' has no %s, but a Connection, a DataSource, a SeedWriter and a Dumper"
			.formatted(this.name, type.getName()));
	}

	private Object client(Class<?> type) {
		ServerSession session = session();
		if (type == Dumper.class) {
			return session.dialect().dumper(new DumpSource(session, this.connector, () -> dropAll(List.of())));
		}
		if (type == SeedWriter.class) {
			return new JdbcSeedWriter(session.shared(), session.dialect());
		}
		return (type == DataSource.class) ? session.dataSource() : session.sharedConnection();
	}

	private ServerSession session() {
		ServerSession session = (this.store != null) ? this.store.session() : this.reader;
		if (session == null) {
			throw new IllegalStateException("The lock of '" + this.name + "' is not held");
		}
		return session;
	}

	@Override
	public Journal journal() {
		return journal("");
	}

	@Override
	public Journal journal(String application) {
		return lockedJournal(application);
	}

	private JdbcJournal lockedJournal(String application) {
		if (this.store == null || this.lease == null) {
			throw new IllegalStateException("'" + this.name + "' is read without a lock");
		}
		return new JdbcJournal(this.store, this.lease, application);
	}

	@Override
	public Map<String, Map<String, String>> records() {
		try {
			return StepRecords.all(session().connection());
		}
		catch (SQLException ex) {
			throw new InitializationException(
					"Failed to read the records of '%s': %s".formatted(this.name, SqlErrors.reason(ex)),
					"Let the user read the tables 'db_init_*'.", ex);
		}
	}

	@Override
	public List<String> limitations() {
		return (this.store != null) ? this.store.limitations() : List.of();
	}

	@Override
	public List<String> terminateOrphans(Lease dead, Duration timeout) {
		JdbcJournal journal = lockedJournal("");
		List<String> terminated = new ArrayList<>();
		if (this.store != null) {
			terminated.addAll(new Orphans(this.name, this.store).terminate(dead.owner(), timeout));
		}
		// Waits for transactions that cannot be seen, and refuses those that begin now
		journal.fence(timeout);
		terminated.addAll(finishCopies(session()));
		return terminated;
	}

	/**
	 * A user who does not see the sessions of others cannot tell whether one is at work.
	 */
	private List<String> finishCopies(ServerSession session) {
		try {
			return session.isReliable() ? session.dialect().crashProtection().repair(session.connection()) : List.of();
		}
		catch (SQLException ex) {
			throw new InitializationException(
					"Failed to mend a table of '%s' that was altered when its database was killed: %s"
						.formatted(this.name, SqlErrors.reason(ex)),
					"Rename its copy, which H2 calls <table>_COPY_<number>_<number>, or restore the database.", ex);
		}
	}

	/**
	 * A transaction that gave up waiting for a lock was rolled back. Statements outside
	 * of one were repeated already.
	 */
	@Override
	public boolean isConflict(Throwable ex) {
		ServerSession session = (this.store != null) ? this.store.session() : this.reader;
		return session != null && session.dialect().hasTransactionalDdl() && SqlErrors.isLockTimeout(ex);
	}

	@Override
	public Duration conflictLimit() {
		return this.patience.limit();
	}

	@Override
	public Exception presentable(Exception ex) {
		ServerSession session = (this.store != null) ? this.store.session() : this.reader;
		Exception presentable = SqlErrors.presentable(ex, (session != null) ? session.dialect() : null);
		if (this.store == null || !SqlErrors.isLockTimeout(ex) || this.store.lastBlockers().isEmpty()) {
			return presentable;
		}
		String action = (ex instanceof InitializationException known) ? known.getAction()
				: "Start again: completed changes are not repeated.";
		return new InitializationException(
				"%s. The lock was held by %s".formatted(presentable.getMessage(),
						String.join("; ", this.store.lastBlockers())),
				"End that session, or allow more time with 'db-init.jdbc.lock-retry'. " + action, presentable);
	}

	@Override
	public void cancel() {
		ServerSession session = (this.store != null) ? this.store.session() : null;
		if (this.store != null) {
			this.store.stopWaiting();
		}
		if (session != null && session.dialect().hasTransactionalDdl()) {
			try {
				session.dialect().cancel(session.connection());
			}
			catch (SQLException ex) {
				logger.debug("Failed to cancel the statement that runs on '" + this.name + "'", ex);
			}
		}
	}

	/**
	 * In one transaction where the server can.
	 */
	@Override
	public List<String> dropAll(List<Ledger> ledgers) {
		ServerSession session = session();
		List<String> statements = new ArrayList<>();
		try {
			Connection connection = session.connection();
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery(session.dialect().dropStatements())) {
				while (rows.next()) {
					statements.add(rows.getString(1));
				}
			}
			statements.sort(Comparator.comparing((text) -> !isOfLedger(text, ledgers)));
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				for (String text : statements) {
					statement.execute(text);
				}
				connection.commit();
			}
			finally {
				connection.setAutoCommit(true);
			}
			return statements;
		}
		catch (SQLException ex) {
			throw new InitializationException(
					"Failed to drop the data of '%s': %s".formatted(this.name, SqlErrors.reason(ex)),
					session.dialect().hasTransactionalDdl() ? "Nothing was dropped."
							: "A part of it may be dropped: reset it again.",
					ex);
		}
	}

	private static boolean isOfLedger(String statement, List<Ledger> ledgers) {
		String text = statement.toLowerCase(Locale.ROOT);
		return ledgers.stream().anyMatch((ledger) -> text.contains(ledger.name().toLowerCase(Locale.ROOT)));
	}

	/**
	 * The connections of a session with a lock are closed by its lease store.
	 */
	@Override
	public void close() {
		if (this.reader != null) {
			this.reader.close();
		}
	}

}
