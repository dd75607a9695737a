package io.dbinit.jdbc;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * What the errors of the drivers and pools mean.
 */
final class SqlErrors {

	/** Table or database object exists, unique violation, catalog changed meanwhile. */
	private static final Set<String> RACE = Set.of("42P07", "23505", "23000", "42710", "42S01", "XX000", "40001",
			"40P01", "90111");

	/** Credentials, no such database: waiting is of no use. */
	private static final Set<String> REJECTED = Set.of("28000", "28P01", "3D000", "90149", "90013", "42501");

	/** Starting up, shutting down, too many connections. */
	private static final Set<String> BUSY = Set.of("57P01", "57P02", "57P03", "53300");

	/** MySQL: too many connections, of this user, host blocked, shutting down. */
	private static final Set<Integer> MYSQL_BUSY = Set.of(1040, 1203, 1226, 1129, 1053);

	/** MySQL: access denied, to this database, unknown database, host not allowed. */
	private static final Set<Integer> MYSQL_REJECTED = Set.of(1045, 1044, 1049, 1130, 1698);

	/** Canceled, lock not available. */
	private static final Set<String> KEPT_WAITING = Set.of("57014", "55P03");

	private static final int MYSQL_LOCK_WAIT_TIMEOUT = 1205;

	/** H2: the file is in use by another process, the database is being closed. */
	private static final Set<Integer> H2_BUSY = Set.of(90020, 90098, 90121);

	private static final int H2_TABLE_OR_VIEW_NOT_FOUND = 42102;

	private static final int H2_TABLE_OR_VIEW_NOT_FOUND_IN_EMPTY = 42104;

	private static final Pattern PASSWORD = Pattern.compile("(?i)(password|passwd|pwd)=[^&;,\\s\"']*");

	private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

	private SqlErrors() {
	}

	static boolean isMissingTable(SQLException ex) {
		return "42P01".equals(ex.getSQLState()) || "42S02".equals(ex.getSQLState())
				|| ex.getErrorCode() == H2_TABLE_OR_VIEW_NOT_FOUND
				|| ex.getErrorCode() == H2_TABLE_OR_VIEW_NOT_FOUND_IN_EMPTY;
	}

	static boolean isDuplicate(SQLException ex) {
		return "23505".equals(ex.getSQLState()) || "23000".equals(ex.getSQLState());
	}

	static boolean isRaceOfCreation(SQLException ex) {
		return RACE.contains(String.valueOf(ex.getSQLState()))
				|| String.valueOf(ex.getMessage()).contains("concurrently");
	}

	/**
	 * Return whether a statement was given up because somebody else held a lock.
	 * @param ex the error
	 * @return whether to try again
	 */
	static boolean isKeptWaiting(SQLException ex) {
		return ex instanceof SQLTimeoutException || KEPT_WAITING.contains(state(ex))
				|| ex.getErrorCode() == MYSQL_LOCK_WAIT_TIMEOUT;
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
		return ex instanceof IOException || ex instanceof SQLRecoverableException || ex instanceof SQLException sql
				&& (state(sql).startsWith("08") || BUSY.contains(state(sql)) || H2_BUSY.contains(sql.getErrorCode()));
	}

	/**
	 * Return whether a database that could not be reached may be there later.
	 * @param ex what was thrown
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
		boolean rejected = "08004".equals(state(sql)) && !MYSQL_BUSY.contains(sql.getErrorCode())
				&& !H2_BUSY.contains(sql.getErrorCode());
		return rejected || REJECTED.contains(state(sql)) || MYSQL_REJECTED.contains(sql.getErrorCode())
				|| String.valueOf(sql.getMessage()).contains("No suitable driver");
	}

	private static boolean isTemporaryItself(Throwable ex) {
		return isConnectionError(ex) || ex instanceof SQLTransientException || ex instanceof SQLTimeoutException
				|| ex instanceof SQLException sql && MYSQL_BUSY.contains(sql.getErrorCode());
	}

	private static String state(SQLException ex) {
		return String.valueOf(ex.getSQLState());
	}

	/**
	 * Return what the innermost error says: what a pool or a proxy adds helps nobody.
	 * @param ex what was thrown
	 * @return one line without credentials
	 */
	static String reason(Throwable ex) {
		List<Throwable> chain = chain(ex);
		Throwable told = chain.stream()
			.filter(SQLException.class::isInstance)
			.reduce((first, second) -> second)
			.orElse(ex);
		String message = withoutCredentials(String.valueOf(told.getMessage())).strip();
		Throwable root = chain.get(chain.size() - 1);
		return (root instanceof IOException && !message.contains(String.valueOf(root.getMessage())))
				? message + " (" + root + ")" : message;
	}

	static String withoutCredentials(String message) {
		return USER_INFO.matcher(PASSWORD.matcher(message).replaceAll("$1=***")).replaceAll("//***@");
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
