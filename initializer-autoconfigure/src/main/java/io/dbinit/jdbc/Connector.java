package io.dbinit.jdbc;

import java.net.Socket;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Opens connections outside of the application's pool, which may be exhausted and closes
 * connections on its own account. They have the settings of the pool: those that it
 * passes to the driver, its init statements, and the catalog, schemas and transaction
 * isolation of a connection that is borrowed once to read them. A data source whose
 * connections cannot be opened in this way lends its own ones.
 */
final class Connector {

	private static final int BORROWED = 2;

	private final DataSource dataSource;

	private final Login login;

	private final PoolSettings settings;

	private final @Nullable SimpleDriverDataSource own;

	private volatile @Nullable String limitation;

	private PoolSettings.@Nullable State state;

	Connector(DataSource dataSource) {
		this(dataSource, Login.NONE);
	}

	Connector(DataSource dataSource, Login login) {
		this.dataSource = dataSource;
		this.login = login;
		this.settings = new PoolSettings(dataSource);
		this.own = derive(dataSource, login);
		if (this.own == null) {
			this.limitation = """
					'%s' does not tell its URL: the lock and the steps borrow two connections from it for the length \
					of a run, without keepalive settings""".formatted(dataSource.getClass().getName());
		}
	}

	private static @Nullable SimpleDriverDataSource derive(DataSource dataSource, Login login) {
		try {
			DataSourceBuilder<SimpleDriverDataSource> builder = DataSourceBuilder
				.derivedFrom(PoolSettings.unwrap(dataSource))
				.type(SimpleDriverDataSource.class);
			if (login.user() != null) {
				builder.username(login.user()).password(Objects.requireNonNullElse(login.password(), ""));
			}
			SimpleDriverDataSource own = builder.build();
			own.setUrl(login.url(own.getUrl()));
			return (own.getUrl() != null) ? own : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return whether connections are opened with other credentials than those of the
	 * application.
	 */
	boolean hasLogin() {
		return this.login.isPresent() && this.own != null;
	}

	/**
	 * Return the address and the credentials of the connections, for the tools of a
	 * database.
	 * @return the data source, whose URL is known
	 * @throws InitializationException if they are not known
	 */
	SimpleDriverDataSource endpoint() {
		if (this.own == null) {
			throw new InitializationException(String.valueOf(this.limitation),
					"Configure the pool with the URL of the database, or 'db-init.jdbc.url', 'user' and 'password'.",
					null);
		}
		return this.own;
	}

	/**
	 * Return the effective user of the application's connections.
	 * @return the user, in the form of {@code current_user}
	 * @throws SQLException if the database cannot be reached
	 */
	String applicationUser() throws SQLException {
		return state().user();
	}

	/**
	 * Return the guarantee that this data source does not allow.
	 * @return the limitation, or empty if there is none
	 */
	Optional<String> limitation() {
		return Optional.ofNullable(this.limitation);
	}

	/**
	 * Open a connection.
	 * @param tag the name under which the server lists the session
	 * @param timeout how long it may take
	 * @param sockets where to add its sockets, as far as the driver lets them be known
	 * @return the connection, which commits each statement
	 * @throws SQLException if the database cannot be reached
	 */
	Connection open(String tag, Duration timeout, List<Socket> sockets) throws SQLException {
		if (this.own != null && this.limitation == null) {
			PoolSettings.State state = state();
			Connection connection = open(this.own, tag, timeout, sockets);
			if (isLike(state, connection)) {
				return connection;
			}
			connection.close();
		}
		return borrow();
	}

	private Connection borrow() throws SQLException {
		this.settings.maximumSize().ifPresent((size) -> {
			if (size < BORROWED) {
				throw new InitializationException(
						"The pool has %d connection, but the lock and the steps borrow two: %s".formatted(size,
								this.limitation),
						"Let the pool have more connections, or configure it with the URL of the database.", null);
			}
		});
		Connection connection = this.dataSource.getConnection();
		try {
			connection.setAutoCommit(true);
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Apply the state of the pool's connections, and check that they do not work as
	 * another user, which a data source may arrange in ways that are not known here.
	 */
	private boolean isLike(PoolSettings.State state, Connection connection) throws SQLException {
		try {
			connection.setAutoCommit(true);
			for (String statement : this.login.isPresent() ? List.<String>of() : this.settings.initStatements()) {
				Sql.execute(connection, statement);
			}
			state.applyTo(connection);
			if (!this.login.isPresent() && !state.isOfSameUser(connection)) {
				this.limitation = """
						Connections of '%s' work as user '%s', which its properties do not tell: the lock and the \
						steps borrow two of them for the length of a run, without keepalive settings"""
					.formatted(this.dataSource.getClass().getName(), state.user());
				return false;
			}
			return true;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private synchronized PoolSettings.State state() throws SQLException {
		if (this.state == null) {
			try (Connection pooled = this.dataSource.getConnection()) {
				this.state = PoolSettings.State.of(pooled);
			}
		}
		return this.state;
	}

	/**
	 * Open a connection for a short time, outside of the pool if that is possible.
	 */
	Connection open(Duration timeout) throws SQLException {
		return open(Dialect.TAG + "probe", timeout, new ArrayList<>());
	}

	/**
	 * Explain a call that took longer than it may.
	 * @param ex the exception of the call
	 * @param timeout how long to ask the server
	 * @return the lock for which a statement of the starter waits, or empty if there is
	 * none, or the server does not tell it
	 */
	Optional<String> lockWait(Throwable ex, Duration timeout) {
		if (!SqlErrors.isTimeout(ex)) {
			return Optional.empty();
		}
		try (Connection connection = open(timeout)) {
			connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
			return Dialect.of(connection).lockWait(connection);
		}
		catch (SQLException | RuntimeException failure) {
			return Optional.empty();
		}
	}

	/**
	 * Check that a connection can be opened, if that is possible without the pool.
	 * @param timeout how long it may take
	 * @throws SQLException if the database cannot be reached
	 */
	void probe(Duration timeout) throws SQLException {
		if (this.own != null) {
			open(this.own, Dialect.TAG + "probe", timeout, new ArrayList<>()).close();
		}
	}

	private Connection open(SimpleDriverDataSource own, String tag, Duration timeout, List<Socket> sockets)
			throws SQLException {
		Driver driver = Objects.requireNonNull(own.getDriver());
		Properties properties = properties(driver, String.valueOf(own.getUrl()), tag, timeout);
		properties.putAll(this.settings.driverProperties());
		SimpleDriverDataSource configured = new SimpleDriverDataSource(driver, String.valueOf(own.getUrl()),
				properties);
		configured.setUsername(own.getUsername());
		configured.setPassword(own.getPassword());
		OwnSocketFactory.collect(sockets);
		try {
			return configured.getConnection();
		}
		finally {
			OwnSocketFactory.collect(null);
		}
	}

	private static Properties properties(Driver driver, String url, String tag, Duration timeout) {
		Optional<Dialect> dialect = Dialect.of(url);
		Properties properties = dialect.map((known) -> known.connectionProperties(tag, timeout))
			.orElseGet(Properties::new);
		String factory = OwnSocketFactory.class.getName();
		if (dialect.filter(Dialect::hasSocketFactory).isPresent()
				&& ClassUtils.isPresent(factory, driver.getClass().getClassLoader())) {
			properties.setProperty("socketFactory", factory);
		}
		return properties;
	}

}
