package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.DatabaseSession;
import io.dbinit.InitializationException;
import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.PlanRecord;
import io.dbinit.Report;
import io.dbinit.SessionLeaseStore;
import io.dbinit.UnavailableException;
import io.dbinit.jdbc.Dialect.Role;
import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * A database of PostgreSQL, MySQL, MariaDB or H2. An ordinary start reads it through the
 * application's data source; the work is done through separate connections.
 */
public final class JdbcDatabase implements Database {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private final String name;

	private final DataSource dataSource;

	private Login login = Login.NONE;

	private volatile LockPatience patience = LockPatience.DEFAULT;

	private @Nullable Connector connector;

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

	/**
	 * Set the credentials of the connections that are opened from now on for the lock,
	 * the journal and the steps.
	 * @param login the credentials
	 */
	synchronized void login(Login login) {
		this.login = login;
		this.connector = null;
	}

	/**
	 * Set how the steps wait for locks.
	 * @param patience how they wait
	 */
	void patience(LockPatience patience) {
		this.patience = patience;
	}

	@Override
	public String name() {
		return this.name;
	}

	/**
	 * Return the application's data source, to recognize its other users. Not for work on
	 * the database, which a lost lock could not cut off.
	 * @return the data source
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	@Override
	public <C> Optional<C> applicationClient(Class<C> type) {
		return type.isInstance(this.dataSource) ? Optional.of(type.cast(this.dataSource)) : Optional.empty();
	}

	@Override
	public boolean isReachedThrough(Object client) {
		return client == this.dataSource || client instanceof DataSource other
				&& PoolSettings.unwrap(other) == PoolSettings.unwrap(this.dataSource);
	}

	@Override
	public Marker look(Duration timeout) {
		return look(timeout, List.of());
	}

	@Override
	public Marker look(Duration timeout, List<Ledger> ledgers) {
		return look(timeout, "", ledgers);
	}

	@Override
	public Marker look(Duration timeout, String application, List<Ledger> ledgers) {
		try {
			if (this.unreachable) {
				// Some pools log a stack trace for each failure, and keep their own time
				connector().probe(timeout);
			}
			Marker marker = readMarker(timeout, application, ledgers);
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

	/**
	 * A user of the application who is not allowed to read the tables yet, or to write,
	 * says nothing about the user who does.
	 */
	private Marker readMarker(Duration timeout, String application, List<Ledger> ledgers) throws SQLException {
		Marker marker;
		try (Connection connection = this.dataSource.getConnection()) {
			marker = readMarker(connection, timeout, application, ledgers);
		}
		catch (SQLException ex) {
			if (SqlErrors.isDenied(ex) && connector().hasLogin()) {
				return readMarkerByLogin(timeout, application, ledgers);
			}
			throw ex;
		}
		return (marker.readOnly() && connector().hasLogin()) ? readMarkerByLogin(timeout, application, ledgers)
				: marker;
	}

	private Marker readMarkerByLogin(Duration timeout, String application, List<Ledger> ledgers) throws SQLException {
		try (Connection connection = connector().open(timeout)) {
			return readMarker(connection, timeout, application, ledgers);
		}
	}

	private Marker readMarker(Connection connection, Duration timeout, String application, List<Ledger> ledgers)
			throws SQLException {
		DatabaseMetaData metadata = connection.getMetaData();
		Dialect dialect = Dialect.of(metadata);
		int networkTimeout = connection.getNetworkTimeout();
		limit(connection, dialect.readTimeout(timeout));
		// Some drivers send even settings that change nothing
		boolean begins = !connection.getAutoCommit();
		if (begins) {
			connection.setAutoCommit(true);
		}
		String product = metadata.getDatabaseProductName() + " " + metadata.getDatabaseProductVersion();
		Marker marker = new MarkerQuery(this.name, application, dialect, product, ledgers).read(connection);
		if (begins) {
			connection.setAutoCommit(false);
		}
		limit(connection, networkTimeout);
		return marker;
	}

	private static void limit(Connection connection, int millis) throws SQLException {
		connection.setNetworkTimeout(Runnable::run, millis);
	}

	private RuntimeException notReachable(Exception ex) {
		String reason = SqlErrors.reason(ex);
		Optional<String> lock = connector().lockWait(ex, CONNECT_TIMEOUT);
		if (lock.isPresent()) {
			return new UnavailableException("'%s' waits for %s".formatted(this.name, lock.get()), ex);
		}
		if (SqlErrors.isTemporary(ex)) {
			return new UnavailableException("'%s' is not available: %s".formatted(this.name, reason), ex);
		}
		return new InitializationException("'%s' cannot be used: %s".formatted(this.name, reason),
				SqlErrors.isDenied(ex) ? MissingRights.toRead(this.dataSource) : """
						Correct the URL, the user or the password of the data source. If the error tells of a damage, \
						restore the database.""", ex);
	}

	private synchronized Connector connector() {
		if (this.connector == null) {
			this.connector = new Connector(this.dataSource, this.login);
		}
		return this.connector;
	}

	@Override
	public SessionLeaseStore leases() {
		return new JdbcLeaseStore(this.name, connector(), this.patience);
	}

	@Override
	public Optional<Lease> holder() {
		try (Connection connection = this.dataSource.getConnection()) {
			return LeaseRow.read(connection, Dialect.of(connection))
				.filter(LeaseRow::holds)
				.map((row) -> row.lease(null));
		}
		catch (SQLException ex) {
			return Optional.empty();
		}
	}

	/**
	 * A user of the application who is not allowed to read the plans knows of none.
	 */
	@Override
	public List<PlanRecord> plans(String application) {
		PlanRecords records = new PlanRecords(application);
		try (Connection connection = this.dataSource.getConnection()) {
			return records.read(connection);
		}
		catch (SQLException ex) {
			if (!SqlErrors.isDenied(ex)) {
				throw notReachable(ex);
			}
		}
		if (!connector().hasLogin()) {
			return List.of();
		}
		try (Connection connection = connector().open(CONNECT_TIMEOUT)) {
			return records.read(connection);
		}
		catch (SQLException ex) {
			throw notReachable(ex);
		}
	}

	@Override
	public DatabaseSession openReadOnly() {
		try {
			ServerSession reader = ServerSession.open(connector(), "reader", Role.STEP, CONNECT_TIMEOUT);
			reader.connection().setReadOnly(true);
			return JdbcSession.readOnly(this.name, reader, connector());
		}
		catch (SQLException ex) {
			throw notReachable(ex);
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
	public String toString() {
		return this.name;
	}

}
