package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Statements on a connection. Times are UTC without a time zone in every database, so
 * that neither a driver nor a session converts them.
 */
final class Sql {

	private Sql() {
	}

	/**
	 * Do work in one transaction, on a connection that commits each statement otherwise.
	 */
	static <T, X extends Exception> T inTransaction(Connection connection, Work<T, X> work) throws SQLException, X {
		connection.setAutoCommit(false);
		T result;
		try {
			result = work.on(connection);
			connection.commit();
		}
		catch (Exception ex) {
			rollback(connection, ex);
			throw ex;
		}
		connection.setAutoCommit(true);
		return result;
	}

	private static void rollback(Connection connection, Exception cause) {
		try {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	static int update(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			bind(statement, arguments);
			return statement.executeUpdate();
		}
	}

	static <T> List<T> query(Connection connection, String sql, Row<T> row, @Nullable Object... arguments)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			bind(statement, arguments);
			try (ResultSet results = statement.executeQuery()) {
				List<T> rows = new ArrayList<>();
				while (results.next()) {
					rows.add(row.map(results));
				}
				return rows;
			}
		}
	}

	/**
	 * Query the only column of the only row.
	 * @return the value, or empty if there is no row or it is null
	 */
	static Optional<String> value(Connection connection, String sql, @Nullable Object... arguments)
			throws SQLException {
		return query(connection, sql, (results) -> Optional.ofNullable(results.getString(1)), arguments).stream()
			.findFirst()
			.flatMap((value) -> value);
	}

	static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
		for (int i = 0; i < arguments.length; i++) {
			Object argument = arguments[i];
			statement.setObject(i + 1, (argument instanceof Instant instant)
					? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : argument);
		}
	}

	static @Nullable Instant instant(ResultSet results, String column) throws SQLException {
		LocalDateTime value = results.getObject(column, LocalDateTime.class);
		return (value != null) ? value.toInstant(ZoneOffset.UTC) : null;
	}

	/**
	 * Work on a connection.
	 *
	 * @param <T> the result
	 */
	@FunctionalInterface
	interface Call<T> {

		T on(Connection connection) throws SQLException;

	}

	/**
	 * Work on a connection that has no result.
	 */
	@FunctionalInterface
	interface Action {

		void on(Connection connection) throws SQLException;

	}

	/**
	 * Work on a connection that may fail otherwise.
	 *
	 * @param <T> the result
	 * @param <X> how it may fail
	 */
	@FunctionalInterface
	interface Work<T, X extends Exception> {

		T on(Connection connection) throws SQLException, X;

	}

	/**
	 * Reads a row.
	 *
	 * @param <T> the result
	 */
	@FunctionalInterface
	interface Row<T> {

		T map(ResultSet results) throws SQLException;

	}

}
