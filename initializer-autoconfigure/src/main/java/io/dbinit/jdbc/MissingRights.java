package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

/**
 * Advice for a database user without rights on the tables of the starter.
 */
final class MissingRights {

	private static final String UNKNOWN = "Let an administrator grant the user the right that the error names.";

	private MissingRights() {
	}

	/**
	 * Return how to let the user of a data source read the tables.
	 * @param dataSource the data source of the application
	 * @return the advice, with the statements
	 */
	static String toRead(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection()) {
			return "Let the owner of the tables 'db_init_*' grant this: "
					+ statements(Tables.grantsOfSelect(Dialect.of(connection), user(connection)));
		}
		catch (SQLException ex) {
			return UNKNOWN;
		}
	}

	/**
	 * Return how to let the user of a connection create and write the tables.
	 * @param connection the connection
	 * @return the advice, with the statements
	 */
	static String toWrite(Connection connection) {
		try {
			Dialect dialect = Dialect.of(connection);
			return """
					Let the tables 'db_init_*' be written by the user who migrates the database: set 'db-init.jdbc.user' and \
					'db-init.jdbc.password', or 'spring.liquibase.user' and 'spring.liquibase.password'. Or let an \
					administrator grant this: %s"""
				.formatted(statements(Tables.exist(connection) ? Tables.grantsOfWrite(dialect, user(connection))
						: dialect.grantsOfCreate(connection, user(connection))));
		}
		catch (SQLException ex) {
			return UNKNOWN;
		}
	}

	private static String user(Connection connection) throws SQLException {
		return Sql.value(connection, "select current_user").orElseThrow();
	}

	private static String statements(List<String> grants) {
		return String.join("; ", grants);
	}

}
