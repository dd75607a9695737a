package io.dbinit.jdbc;

import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.dbinit.jdbc.Dialect.Role;

import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Connection of the starter and its session on the server.
 *
 * @param connection the connection
 * @param sockets its sockets, as far as they are known
 * @param dialect the dialect of the product
 * @param limitation why the server's sessions cannot be relied on, empty if they can
 * @param shared the connection in the form in which steps use it
 */
record ServerSession(Connection connection, List<Socket> sockets, Dialect dialect, Optional<String> limitation,
		Connection shared) implements AutoCloseable {

	/**
	 * Open a session whose statements may take any time.
	 */
	static ServerSession open(Connector connector, String owner, Role role, Duration timeout) throws SQLException {
		List<Socket> sockets = new CopyOnWriteArrayList<>();
		Connection connection = connector.open(PostgreSqlDialect.tag(owner, role), timeout, sockets);
		try {
			connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
			Dialect dialect = Dialect.of(connection);
			if (role == Role.CONTROL && connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			Optional<String> limitation = dialect.prepare(connection, owner, role);
			connection.setNetworkTimeout(Runnable::run, 0);
			return new ServerSession(connection, sockets, dialect, limitation, connection);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Return this session with another form of the connection for the steps.
	 */
	ServerSession sharing(Connection shared) {
		return new ServerSession(this.connection, this.sockets, this.dialect, this.limitation, shared);
	}

	boolean isReliable() {
		return this.limitation.isEmpty();
	}

	/**
	 * Return the connection in a form that others cannot close.
	 */
	Connection sharedConnection() {
		return dataSource().getConnection();
	}

	/**
	 * Return a data source that always returns the shared connection.
	 */
	SharedDataSource dataSource() {
		return new SharedDataSource(this.shared);
	}

	/**
	 * Cut the connection off without waiting: drivers may open another one to do it, or
	 * wait for the running statement.
	 */
	void abort() {
		Thread thread = new Thread(this::cutOff, "db-init-abort");
		thread.setDaemon(true);
		thread.start();
	}

	private void cutOff() {
		try {
			for (Socket socket : this.sockets) {
				socket.close();
			}
			this.connection.abort(Runnable::run);
			// H2 does nothing when told to abort, but cancels its statement when closed
			this.connection.close();
		}
		catch (IOException | SQLException ex) {
			// It is gone already
		}
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			// It is gone already
		}
	}

	/**
	 * Always the same connection, whose close() does nothing.
	 */
	static final class SharedDataSource extends SingleConnectionDataSource {

		SharedDataSource(Connection connection) {
			super(connection, true);
		}

		@Override
		public Connection getConnection() {
			try {
				return super.getConnection();
			}
			catch (SQLException ex) {
				throw new IllegalStateException("The working connection was cut off", ex);
			}
		}

	}

}
