package io.dbinit.jdbc;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.dbinit.InitializationException;
import io.dbinit.jdbc.Dialect.ErrorKind;
import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * Classification and text of the errors of drivers and pools.
 */
final class SqlErrors {

	private static final List<Dialect> DIALECTS = List.of(new PostgreSqlDialect(), new MySqlDialect(), new H2Dialect());

	private static final Pattern PASSWORD = Pattern.compile("(?i)(password|passwd|pwd)=[^&;,\\s\"']*");

	/** With the user, as {@code //user:password@host} or {@code user:password@host}. */
	private static final Pattern USER_INFO = Pattern
		.compile("(?<=//)[^/?#\\s]*@|(?<![^\\s\"'(])[^:/?#\\s\"'(]+:[^/?#\\s]*@");

	/** Of Liquibase. */
	private static final Pattern FAILED_SQL = Pattern.compile("(?s)\\s*\\[Failed SQL: .*?](?=\\R|$)");

	private SqlErrors() {
	}

	static boolean isMissingTable(SQLException ex) {
		return is(ErrorKind.MISSING_TABLE, ex);
	}

	static boolean isDuplicate(SQLException ex) {
		return is(ErrorKind.DUPLICATE, ex);
	}

	/**
	 * Return whether the user lacks a right on a table or schema.
	 * @param ex the error
	 * @return whether the statement was denied
	 */
	static boolean isDenied(Throwable ex) {
		return chain(ex).stream().anyMatch((cause) -> cause instanceof SQLException sql && is(ErrorKind.DENIED, sql));
	}

	static boolean isRaceOfCreation(SQLException ex) {
		return is(ErrorKind.RACE_OF_CREATION, ex) || String.valueOf(ex.getMessage()).contains("concurrently");
	}

	/**
	 * Return whether a statement was canceled because another session held a lock.
	 * @param ex the error
	 * @return whether to try again
	 */
	static boolean isKeptWaiting(SQLException ex) {
		return ex instanceof SQLTimeoutException || is(ErrorKind.KEPT_WAITING, ex);
	}

	/**
	 * Return whether a lock was not granted in the time-out of the session.
	 * @param ex the error
	 * @return whether to try again
	 */
	static boolean isLockTimeout(Throwable ex) {
		return chain(ex).stream()
			.anyMatch((cause) -> cause instanceof SQLException sql && is(ErrorKind.LOCK_TIMEOUT, sql));
	}

	/**
	 * Return whether a call took longer than it may.
	 * @param ex the exception
	 * @return whether the server did not answer in time
	 */
	static boolean isTimeout(Throwable ex) {
		return chain(ex).stream()
			.anyMatch((cause) -> cause instanceof SocketTimeoutException
					|| cause instanceof SQLException sql && isKeptWaiting(sql));
	}

	/**
	 * Classify an error. The codes of the products do not overlap, so that this works
	 * before the product is known.
	 */
	private static boolean is(ErrorKind kind, SQLException ex) {
		String code = String.valueOf(ex.getErrorCode());
		return DIALECTS.stream()
			.map((dialect) -> dialect.errorCodes(kind))
			.anyMatch((codes) -> codes.contains(state(ex)) || codes.contains(code));
	}

	/**
	 * Return whether a connection cannot be used any more after an error.
	 * @param ex the error
	 * @return whether it is broken
	 */
	static boolean isBroken(SQLException ex) {
		return chain(ex).stream().anyMatch(SqlErrors::isConnectionError);
	}

	private static boolean isConnectionError(Throwable ex) {
		return ex instanceof IOException || ex instanceof SQLRecoverableException
				|| ex instanceof SQLException sql && (state(sql).startsWith("08") || is(ErrorKind.BUSY, sql));
	}

	/**
	 * Return whether a database that could not be reached may be there later.
	 * @param ex the exception
	 * @return whether to try again
	 */
	static boolean isTemporary(Throwable ex) {
		List<Throwable> chain = chain(ex);
		if (chain.stream().anyMatch(SqlErrors::isFinal)) {
			return false;
		}
		return chain.stream().anyMatch(SqlErrors::isTemporaryItself);
	}

	private static boolean isFinal(Throwable ex) {
		if (ex instanceof SSLException) {
			return true;
		}
		if (!(ex instanceof SQLException sql)) {
			return false;
		}
		// PostgreSQL's driver: rejected by the rules of the server, wrong kind of login
		boolean rejected = "08004".equals(state(sql)) && !is(ErrorKind.BUSY, sql);
		return rejected || is(ErrorKind.REJECTED, sql) || is(ErrorKind.DENIED, sql)
				|| String.valueOf(sql.getMessage()).contains("No suitable driver");
	}

	private static boolean isTemporaryItself(Throwable ex) {
		return isConnectionError(ex) || ex instanceof SQLTransientException || ex instanceof SQLTimeoutException;
	}

	private static String state(SQLException ex) {
		return String.valueOf(ex.getSQLState());
	}

	/**
	 * Return the message of the innermost error, without the texts that a pool or a proxy
	 * adds.
	 * @param ex the exception
	 * @return one line without credentials
	 */
	static String reason(Throwable ex) {
		List<Throwable> chain = chain(ex);
		Throwable told = chain.stream()
			.filter(SQLException.class::isInstance)
			.reduce((first, second) -> second)
			.orElse(ex);
		String message = String.valueOf(told.getMessage()).strip();
		Throwable root = chain.get(chain.size() - 1);
		return withoutCredentials((root instanceof IOException && !message.contains(String.valueOf(root.getMessage())))
				? message + " (" + root + ")" : message);
	}

	/**
	 * Remove passwords in properties and in front of hosts.
	 */
	static String withoutCredentials(String message) {
		return USER_INFO.matcher(PASSWORD.matcher(message).replaceAll("$1=***")).replaceAll("***@");
	}

	/**
	 * Return an exception that can be shown and recorded: without the values and
	 * statements that drivers and tools repeat, which may hold secrets.
	 * @param ex the exception
	 * @param dialect the dialect, {@code null} if it is not known
	 * @return the exception itself if it has no error of the database
	 */
	static Exception presentable(Exception ex, @Nullable Dialect dialect) {
		List<SQLException> errors = chain(ex).stream()
			.filter(SQLException.class::isInstance)
			.map(SQLException.class::cast)
			.toList();
		if (errors.isEmpty()) {
			return ex;
		}
		SQLException last = errors.get(errors.size() - 1);
		String text = (dialect != null) ? dialect.withoutValues(last) : last.getClass().getSimpleName();
		String told = withoutCredentials(text) + " (SQLState " + last.getSQLState() + ")";
		SQLException cause = new SQLException(told, last.getSQLState(), last.getErrorCode());
		cause.setStackTrace(last.getStackTrace());
		if (ex instanceof InitializationException known) {
			String message = String.valueOf(ex.getMessage());
			for (SQLException error : errors) {
				message = message.replace(String.valueOf(error.getMessage()).strip(), told);
			}
			return new InitializationException(FAILED_SQL.matcher(message).replaceAll(""), known.getAction(), cause);
		}
		return cause;
	}

	private static List<Throwable> chain(Throwable ex) {
		List<Throwable> chain = new ArrayList<>();
		@Nullable Throwable next = ex;
		while (next != null && !chain.contains(next)) {
			chain.add(next);
			next = next.getCause();
		}
		return chain;
	}

}
