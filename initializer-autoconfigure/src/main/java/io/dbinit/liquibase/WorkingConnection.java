package io.dbinit.liquibase;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The connection of Liquibase. It stays open when Liquibase closes it, and can defer
 * commits: Liquibase commits a changeset before it records it, so a process that dies in
 * between would apply the changeset again.
 */
final class WorkingConnection implements InvocationHandler {

	private static final int VALID_SECONDS = 5;

	private final Connection connection;

	private final Connection proxy;

	private boolean deferring;

	private boolean autoCommit;

	WorkingConnection(Connection connection) {
		this.connection = connection;
		this.proxy = (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Connection.class }, this);
	}

	Connection proxy() {
		return this.proxy;
	}

	Connection target() {
		return this.connection;
	}

	/**
	 * Defer commits from now on.
	 * @throws SQLException if the connection is broken
	 */
	void begin() throws SQLException {
		if (!this.deferring) {
			this.autoCommit = this.connection.getAutoCommit();
			this.connection.setAutoCommit(false);
			this.deferring = true;
		}
	}

	/**
	 * Commit deferred changes, and stop deferring commits.
	 * @throws SQLException if the changes could not be committed
	 */
	void commit() throws SQLException {
		if (this.deferring) {
			this.connection.commit();
			end();
		}
	}

	/**
	 * Commit a change of a changeset that is not one transaction.
	 * @throws SQLException if the change could not be committed
	 */
	void commitChange() throws SQLException {
		if (!this.connection.getAutoCommit()) {
			this.connection.commit();
		}
	}

	/**
	 * Roll back uncommitted changes, and stop deferring commits.
	 * @throws SQLException if the connection is broken
	 */
	void rollback() throws SQLException {
		if (this.deferring) {
			this.connection.rollback();
			end();
		}
	}

	/**
	 * Roll back uncommitted changes after an error. If the connection is broken, the
	 * server does that.
	 * @return whether the connection is alive, so that the error is the server's answer
	 */
	boolean undo() {
		try {
			if (!this.connection.isValid(VALID_SECONDS)) {
				return false;
			}
			rollback();
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private void end() throws SQLException {
		this.deferring = false;
		this.connection.setAutoCommit(this.autoCommit);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		return switch (method.getName()) {
			case "equals" -> Objects.requireNonNull(arguments)[0] == proxy;
			case "hashCode" -> System.identityHashCode(proxy);
			case "close" -> null;
			case "commit" -> this.deferring ? null : call(method, arguments);
			default -> call(method, arguments);
		};
	}

	private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.connection, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Return a data source that returns this connection to the current thread. Other
	 * threads, which may use the data source of the bean concurrently, get connections of
	 * the original one.
	 * @param others the original data source
	 * @return the data source
	 */
	DataSource asDataSource(DataSource others) {
		Thread thread = Thread.currentThread();
		return new DelegatingDataSource(others) {

			@Override
			public Connection getConnection() throws SQLException {
				return (Thread.currentThread() == thread) ? WorkingConnection.this.proxy : super.getConnection();
			}

		};
	}

}
