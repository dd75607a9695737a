package io.dbinit.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.dbinit.lock.Retry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Bounded waits of the step connection for locks.
 * <ol>
 * <li>A statement waits for a lock no longer than the time-out of the session. Statements
 * that block no other session while they wait are not bounded.</li>
 * <li>One that gave up is repeated after a pause that grows, where it is not part of a
 * transaction that has to be repeated as a whole.</li>
 * <li>While a statement runs for more than a moment, the sessions that block it are read
 * and logged, at once and then every ten seconds.</li>
 * </ol>
 */
final class LockWaits implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LockWaits.class);

	private static final long LONGEST_MOMENT_MILLIS = 500;

	private static final long LOGGED_MILLIS = 10_000;

	private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private final Dialect dialect;

	private final LockPatience patience;

	private final Supplier<List<String>> blockers;

	private final long momentMillis;

	private volatile long since;

	private volatile boolean stopped;

	private volatile List<String> last = List.of();

	private @Nullable Thread watcher;

	/**
	 * Create the waits of a connection.
	 * @param dialect the dialect
	 * @param patience how to wait
	 * @param blockers reads the sessions that block the connection, on another one
	 */
	LockWaits(Dialect dialect, LockPatience patience, Supplier<List<String>> blockers) {
		this.dialect = dialect;
		this.patience = patience;
		this.blockers = blockers;
		this.momentMillis = Math.min(LONGEST_MOMENT_MILLIS, patience.timeout().toMillis() / 4 + 1);
	}

	/**
	 * Return a connection whose statements wait as described.
	 */
	Connection wrap(Connection connection) {
		return this.patience.isBounded() ? proxy(connection, Connection.class, connection, null) : connection;
	}

	private <T> T proxy(T target, Class<T> type, Connection connection, @Nullable String sql) {
		ClassLoader loader = getClass().getClassLoader();
		Class<?>[] interfaces = ClassUtils.getAllInterfacesForClass(target.getClass(), loader);
		return type.cast(Proxy.newProxyInstance(loader, interfaces,
				(proxy, method, arguments) -> invoke(target, method, arguments, connection, sql)));
	}

	private @Nullable Object invoke(Object target, Method method, Object[] arguments, Connection connection,
			@Nullable String sql) throws Throwable {
		String first = (arguments != null && arguments.length > 0 && arguments[0] instanceof String text) ? text : sql;
		if (target instanceof Statement) {
			boolean executes = method.getName().startsWith("execute") && !method.getName().contains("Batch");
			return (executes && first != null) ? execute(target, method, arguments, connection, first)
					: call(target, method, arguments);
		}
		Object result = call(target, method, arguments);
		return (result instanceof Statement statement) ? proxyOf(statement, connection, first) : result;
	}

	private Object proxyOf(Statement statement, Connection connection, @Nullable String sql) {
		return proxy(statement, Statement.class, connection, sql);
	}

	private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private @Nullable Object execute(Object target, Method method, Object[] arguments, Connection connection,
			String sql) throws Throwable {
		boolean unbounded = this.dialect.isWaitHarmless(sql);
		if (unbounded) {
			this.dialect.lockTimeout(connection, Duration.ZERO);
		}
		begin();
		try {
			return repeat(target, method, arguments, connection);
		}
		finally {
			this.since = 0;
			if (unbounded) {
				this.dialect.lockTimeout(connection, this.patience.timeout());
			}
		}
	}

	private @Nullable Object repeat(Object target, Method method, Object[] arguments, Connection connection)
			throws Throwable {
		Retry retry = Retry.within(this.patience.limit(), "waiting for a lock");
		Duration pause = FIRST_PAUSE;
		while (true) {
			try {
				return call(target, method, arguments);
			}
			catch (SQLException ex) {
				boolean whole = this.dialect.hasTransactionalDdl() && !connection.getAutoCommit();
				if (whole || this.stopped || retry.isOver() || !SqlErrors.isLockTimeout(ex)) {
					throw ex;
				}
				retry.pause(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1)));
				pause = (pause.compareTo(LONGEST_PAUSE) < 0) ? pause.multipliedBy(2) : pause;
			}
		}
	}

	private synchronized void begin() {
		this.since = System.nanoTime();
		if (this.watcher == null) {
			Thread watcher = new Thread(this::watch, "db-init-lock-waits");
			watcher.setDaemon(true);
			watcher.start();
			this.watcher = watcher;
		}
	}

	private void watch() {
		long logged = 0;
		while (!this.stopped) {
			try {
				Thread.sleep(this.momentMillis);
			}
			catch (InterruptedException ex) {
				return;
			}
			long begun = this.since;
			if (begun == 0 || (System.nanoTime() - begun) / 1_000_000 < this.momentMillis) {
				continue;
			}
			List<String> found = read();
			if (!found.isEmpty()) {
				boolean other = !found.equals(this.last);
				this.last = found;
				if (other || (System.nanoTime() - logged) / 1_000_000 > LOGGED_MILLIS) {
					logged = System.nanoTime();
					logger.warn("A statement of a step waits for a lock that is held by " + String.join("; ", found));
				}
			}
		}
	}

	private List<String> read() {
		try {
			return this.blockers.get();
		}
		catch (RuntimeException ex) {
			logger.debug("The sessions that hold a lock could not be read", ex);
			return List.of();
		}
	}

	/**
	 * Return the sessions that blocked a statement last.
	 */
	List<String> blockers() {
		return this.last;
	}

	/**
	 * Repeat no statement any more.
	 */
	@Override
	public synchronized void close() {
		this.stopped = true;
		if (this.watcher != null) {
			this.watcher.interrupt();
		}
	}

}
