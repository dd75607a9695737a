package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.dbinit.InitializationException;
import io.dbinit.UnavailableException;
import io.dbinit.jdbc.Dialect.Role;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection for the lease and the journal. It answers or fails within its timeout,
 * and is replaced when it is broken. One thread uses it at a time.
 */
final class ControlConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ControlConnection.class);

	private final String name;

	private final Connector connector;

	private String owner = "";

	private Duration timeout = Duration.ofSeconds(10);

	private @Nullable ServerSession session;

	ControlConnection(String name, Connector connector) {
		this.name = name;
		this.connector = connector;
	}

	synchronized void use(String owner, Duration timeout) {
		if (!this.owner.equals(owner) || !this.timeout.equals(timeout)) {
			close();
			this.owner = owner;
			this.timeout = timeout;
		}
	}

	/**
	 * Return the product, for which a connection is opened if there is none.
	 */
	synchronized Dialect dialect() {
		return call("connect to", (connection) -> session().dialect());
	}

	/**
	 * Return the limitations of this server and this data source.
	 */
	synchronized List<String> limitations() {
		List<String> limitations = new ArrayList<>();
		this.connector.limitation().ifPresent(limitations::add);
		if (this.session != null) {
			this.session.limitation().ifPresent(limitations::add);
		}
		return limitations;
	}

	/**
	 * Let the user of the application read the tables, where the starter works as another
	 * user.
	 */
	void grantSelect() {
		if (this.connector.hasLogin()) {
			call("grant rights on the tables 'db_init_*' of", (connection) -> {
				List<String> grants = Tables.grantsOfSelect(session().dialect(), this.connector.applicationUser());
				try {
					for (String grant : grants) {
						Sql.execute(connection, grant);
					}
				}
				catch (SQLException ex) {
					logger
						.warn("""
								The user of the application may not be able to read the tables 'db_init_*' of '%s' (%s). Let \
								an administrator grant this: %s"""
							.formatted(this.name, SqlErrors.reason(ex), String.join("; ", grants)));
				}
				return true;
			});
		}
	}

	boolean isReliable() {
		return call("connect to", (connection) -> session().isReliable());
	}

	/**
	 * Make a call that must return within the timeout, and that can be repeated. Repeats
	 * it once if it failed early, as it does when the server has closed the connection.
	 */
	synchronized <T> T once(String what, Sql.Call<T> call) {
		long begin = System.nanoTime();
		try {
			return call(call);
		}
		catch (SQLException ex) {
			boolean quick = System.nanoTime() - begin < this.timeout.toNanos() / 2;
			return (quick && SqlErrors.isBroken(ex)) ? last(what, call) : rethrow(what, ex);
		}
	}

	private <T> T last(String what, Sql.Call<T> call) {
		try {
			return call(call);
		}
		catch (SQLException ex) {
			throw failure(what, ex);
		}
	}

	/**
	 * Make a call that can be repeated: it is, if the connection turns out to be broken.
	 */
	synchronized <T> T call(String what, Sql.Call<T> call) {
		try {
			return call(call);
		}
		catch (SQLException ex) {
			return SqlErrors.isBroken(ex) ? last(what, call) : rethrow(what, ex);
		}
	}

	/**
	 * Make a call that can be repeated in one transaction.
	 */
	synchronized <T> T inTransaction(String what, Sql.Call<T> call) {
		return call(what, (connection) -> Sql.inTransaction(connection, call::on));
	}

	private <T> T call(Sql.Call<T> call) throws SQLException {
		ServerSession session = session();
		try {
			return call.on(session.connection());
		}
		catch (SQLException ex) {
			if (SqlErrors.isBroken(ex)) {
				close();
			}
			throw ex;
		}
	}

	private ServerSession session() throws SQLException {
		ServerSession session = this.session;
		if (session == null) {
			session = ServerSession.open(this.connector, this.owner, Role.CONTROL, this.timeout);
			session.connection().setNetworkTimeout(Runnable::run, (int) this.timeout.toMillis());
			this.session = session;
		}
		return session;
	}

	private <T> T rethrow(String what, SQLException ex) {
		throw failure(what, ex);
	}

	RuntimeException failure(String what, SQLException ex) {
		Optional<String> lock = this.connector.lockWait(ex, this.timeout);
		String message = "Failed to %s '%s': %s".formatted(what, this.name,
				lock.map((text) -> "it waits for " + text).orElseGet(() -> SqlErrors.reason(ex)));
		if (lock.isPresent() || SqlErrors.isTemporary(ex)) {
			return new UnavailableException(message, ex);
		}
		return new InitializationException(message,
				(SqlErrors.isDenied(ex) && this.session != null) ? MissingRights.toWrite(this.session.connection())
						: """
								Correct the cause that the database names. The user of the data source must be allowed to create and write \
								the tables 'db_init_*'.""",
				ex);
	}

	@Override
	public synchronized void close() {
		if (this.session != null) {
			this.session.close();
			this.session = null;
		}
	}

}
