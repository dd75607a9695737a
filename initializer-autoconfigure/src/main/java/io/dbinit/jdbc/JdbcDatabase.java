package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Report;
import io.dbinit.UnavailableException;
import io.dbinit.jdbc.Dialect.Role;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;
import io.dbinit.seed.SeedWriter;
import org.jspecify.annotations.Nullable;

/**
 * A database of PostgreSQL, MySQL, MariaDB or H2. It is looked at through the
 * application's data source, and worked on through connections of its own. Steps
 * {@link #unwrap} a {@link Connection}, a {@link DataSource} that always returns that
 * connection, or a {@link SeedWriter}.
 */
public final class JdbcDatabase implements Database {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private final String name;

	private final DataSource dataSource;

	private @Nullable Connector connector;

	private volatile @Nullable JdbcLeaseStore store;

	private volatile @Nullable ServerSession reader;

	private volatile boolean unreachable;

	/**
	 * Create a database.
	 * @param name the name in the plan
	 * @param dataSource the application's data source
	 */
	public JdbcDatabase(String name, DataSource dataSource) {
		this.name = name;
		this.dataSource = dataSource;
	}

	@Override
	public String name() {
		return this.name;
	}

	/**
	 * Return the application's data source, to recognize what else uses it. Not for work
	 * on the database, which a lost lock could not cut off.
	 * @return the data source
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	@Override
	public boolean isReachedThrough(Object client) {
		return client == this.dataSource;
	}

	@Override
	public Marker look(Duration timeout) {
		try {
			if (this.unreachable) {
				// Some pools log a stack trace for each failure, and keep their own time
				connector().probe(timeout);
			}
			Marker marker = readMarker(timeout);
			this.unreachable = false;
			return marker;
		}
		catch (InitializationException ex) {
			throw ex;
		}
		catch (SQLException | RuntimeException ex) {
			this.unreachable = true;
			throw notReachable(ex);
		}
	}

	private Marker readMarker(Duration timeout) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			int networkTimeout = connection.getNetworkTimeout();
			limit(connection, (int) timeout.toMillis());
			// Some drivers send even what changes nothing
			boolean begins = !connection.getAutoCommit();
			if (begins) {
				connection.setAutoCommit(true);
			}
			DatabaseMetaData metadata = connection.getMetaData();
			String product = metadata.getDatabaseProductName() + " " + metadata.getDatabaseProductVersion();
			Marker marker = new MarkerQuery(this.name, Dialect.of(metadata), product).read(connection);
			if (begins) {
				connection.setAutoCommit(false);
			}
			limit(connection, networkTimeout);
			return marker;
		}
	}

	private static void limit(Connection connection, int millis) throws SQLException {
		connection.setNetworkTimeout(Runnable::run, millis);
	}

	private RuntimeException notReachable(Exception ex) {
		String reason = SqlErrors.reason(ex);
		if (SqlErrors.isTemporary(ex)) {
			return new UnavailableException("'%s' is not available: %s".formatted(this.name, reason), ex);
		}
		return new InitializationException("'%s' cannot be used: %s".formatted(this.name, reason),
				"Correct the URL, the user or the password of the data source, or the rights of the user. If the error tells of a damage, restore the database.",
				ex);
	}

	private synchronized Connector connector() {
		if (this.connector == null) {
			this.connector = new Connector(this.dataSource);
		}
		return this.connector;
	}

	@Override
	public LeaseStore leases() {
		JdbcLeaseStore store = new JdbcLeaseStore(this.name, connector());
		this.store = store;
		return store;
	}

	private JdbcLeaseStore store() {
		return Objects.requireNonNull(this.store, () -> "The lock of '" + this.name + "' was never asked for");
	}

	@Override
	public Journal journal(Lease lease) {
		return new JdbcJournal(store(), lease);
	}

	@Override
	public List<String> limitations() {
		return store().limitations();
	}

	@Override
	public List<String> endOrphans(Lease lease, Duration timeout) {
		JdbcLeaseStore store = store();
		List<String> ended = new ArrayList<>(
				new Orphans(this.name, store).end(lease.takenOverFrom().orElseThrow().owner(), timeout));
		// Waits for what could not be seen, and refuses what it begins from now on
		new JdbcJournal(store, lease).fence(timeout);
		ended.addAll(finishCopies(session()));
		return ended;
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

	@Override
	public List<Report.RunReport> history(int limit) {
		try (Connection connection = this.dataSource.getConnection()) {
			return History.read(connection, limit);
		}
		catch (SQLException ex) {
			throw notReachable(ex);
		}
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		if (type == Connection.class || type == DataSource.class || type == SeedWriter.class) {
			return type.cast(client(type));
		}
		throw new IllegalArgumentException(
				"'%s' has no %s, but a Connection, a DataSource and a SeedWriter".formatted(this.name, type.getName()));
	}

	private Object client(Class<?> type) {
		ServerSession session = session();
		if (type == SeedWriter.class) {
			return new JdbcSeedWriter(session.connection(), session.dialect());
		}
		return (type == DataSource.class) ? session.dataSource() : session.sharedConnection();
	}

	private ServerSession session() {
		JdbcLeaseStore store = this.store;
		ServerSession working = (store != null) ? store.session() : null;
		return (working != null) ? working : reader();
	}

	/**
	 * A database on which nothing can be written is read without a lock.
	 */
	private synchronized ServerSession reader() {
		try {
			ServerSession reader = this.reader;
			if (reader == null) {
				reader = ServerSession.open(connector(), "reader", Role.STEP, CONNECT_TIMEOUT);
				reader.connection().setReadOnly(true);
				this.reader = reader;
			}
			return reader;
		}
		catch (SQLException ex) {
			throw notReachable(ex);
		}
	}

	@Override
	public synchronized void disconnect() {
		if (this.reader != null) {
			this.reader.close();
			this.reader = null;
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
