package io.dbinit.faults;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * A driver in front of the real one of a URL, which tells {@link FaultPoint} before and
 * after every statement and every commit, on all connections.
 */
public final class FaultDriver implements Driver {

	private static Driver real(String url) throws SQLException {
		for (Driver driver : Collections.list(DriverManager.getDrivers())) {
			if (!(driver instanceof FaultDriver) && driver.acceptsURL(url)) {
				return driver;
			}
		}
		throw new SQLException("No driver for " + url);
	}

	@Override
	public Connection connect(String url, Properties info) throws SQLException {
		Connection connection = real(url).connect(url, info);
		return (connection != null) ? proxy(Connection.class, connection, "") : null;
	}

	@Override
	public boolean acceptsURL(String url) throws SQLException {
		return real(url).acceptsURL(url);
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
		return real(url).getPropertyInfo(url, info);
	}

	@Override
	public int getMajorVersion() {
		return 1;
	}

	@Override
	public int getMinorVersion() {
		return 0;
	}

	@Override
	public boolean jdbcCompliant() {
		return false;
	}

	@Override
	public Logger getParentLogger() {
		return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
	}

	private static <T> T proxy(Class<T> type, Object target, String sql) {
		return type.cast(Proxy.newProxyInstance(FaultDriver.class.getClassLoader(), new Class<?>[] { type },
				new Telling(target, sql)));
	}

	private record Telling(Object target, String sql) implements InvocationHandler {

		@Override
		public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
			String event = event(method.getName(), args);
			if (event == null) {
				return wrap(call(method, args), args);
			}
			FaultPoint.reached("before " + event);
			Object result = call(method, args);
			FaultPoint.reached("after " + event);
			return result;
		}

		private String event(String method, Object[] args) {
			if (this.target instanceof Statement && method.startsWith("execute")) {
				return (args != null && args.length > 0) ? String.valueOf(args[0]) : this.sql;
			}
			return (this.target instanceof Connection && method.equals("commit")) ? "commit" : null;
		}

		private Object call(Method method, Object[] args) throws Throwable {
			try {
				return method.invoke(this.target, args);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

		private Object wrap(Object result, Object[] args) {
			String sql = (args != null && args.length > 0) ? String.valueOf(args[0]) : "";
			if (result instanceof CallableStatement) {
				return proxy(CallableStatement.class, result, sql);
			}
			if (result instanceof PreparedStatement) {
				return proxy(PreparedStatement.class, result, sql);
			}
			return (result instanceof Statement && this.target instanceof Connection)
					? proxy(Statement.class, result, "") : result;
		}

	}

}
