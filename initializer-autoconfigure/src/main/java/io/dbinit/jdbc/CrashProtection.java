package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Protects a database against a kill of its process during a change of the schema, and
 * repairs the damage of an earlier one.
 */
interface CrashProtection {

	/** For a database that recovers by itself. */
	CrashProtection NONE = new CrashProtection() {
	};

	/**
	 * Called before a change of the schema. Can be repeated.
	 * @param connection the control connection
	 * @throws SQLException if the protection failed
	 */
	default void begin(Connection connection) throws SQLException {
	}

	/**
	 * Called when every change that was begun has ended. Can be repeated.
	 * @param connection the control connection
	 * @throws SQLException if the changes could not be written to disk
	 */
	default void end(Connection connection) throws SQLException {
	}

	/**
	 * Repair tables that were being altered when the process was killed.
	 * @param connection a connection to a database on which nothing else is at work
	 * @return one sentence for each table, for the log
	 * @throws SQLException if a table could not be repaired
	 */
	default List<String> repair(Connection connection) throws SQLException {
		return List.of();
	}

}
