package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import java.util.StringJoiner;
import java.sql.ResultSetMetaData;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

import io.dbinit.InitializationException;
import io.dbinit.Ledger;
import io.dbinit.transfer.Dumper;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DatabaseDriver;

/**
 * SQL, sessions, errors and driver settings of one database product.
 * <p>
 * A session of the server is identified by a text that is unique on its server and is
 * recorded with the lease. Where sessions are reliable, the step connection holds a
 * session lock in addition to the lease.
 */
abstract sealed class Dialect permits H2Dialect, MySqlDialect, PostgreSqlDialect {

	/** Prefix of the name under which our sessions are listed on a server. */
	static final String TAG = "db-init:";

	/** Texts and numbers, which may be secrets. */
	private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'?|\\b[0-9]+\\b");

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

	/**
	 * Return the dialect of a connection, without a request to the server.
	 * @param connection the connection
	 * @return the dialect
	 * @throws SQLException if the connection is broken
	 * @throws InitializationException if the product is not supported
	 */
	static Dialect of(Connection connection) throws SQLException {
		return of(connection.getMetaData());
	}

	static Dialect of(DatabaseMetaData metadata) throws SQLException {
		String name = metadata.getDatabaseProductName();
		return switch (name) {
			case "PostgreSQL" -> new PostgreSqlDialect();
			case "MariaDB" -> new MariaDbDialect();
			case "MySQL" ->
				metadata.getDatabaseProductVersion().contains("MariaDB") ? new MariaDbDialect() : new MySqlDialect();
			case "H2" -> new H2Dialect();
			default -> throw new InitializationException("The database product '" + name + "' is not supported", """
					Use PostgreSQL, MySQL, MariaDB or H2. To leave this database alone, set 'db-init.jdbc.enabled' to \
					'false', or remove it from 'db-init.databases'.""", null);
		};
	}

	/**
	 * Return the dialect of a driver.
	 * @param url a JDBC URL
	 * @return the dialect, or empty if the product is not supported
	 */
	static Optional<Dialect> of(String url) {
		return switch (DatabaseDriver.fromJdbcUrl(url)) {
			case POSTGRESQL -> Optional.of(new PostgreSqlDialect());
			case MARIADB -> Optional.of(new MariaDbDialect());
			case MYSQL -> Optional.of(new MySqlDialect());
			case H2 -> Optional.of(new H2Dialect());
			default -> Optional.empty();
		};
	}

	/**
	 * Return the type of a column that holds a time without a time zone, in microseconds.
	 * @return the type
	 */
	abstract String timestampType();

	/**
	 * Return the timeout of a read after which {@link #lockWait} is asked.
	 * @param timeout how long the read may take
	 * @return the timeout in milliseconds
	 */
	int readTimeout(Duration timeout) {
		return (int) timeout.toMillis();
	}

	/**
	 * Return the type of a column that holds text of any length.
	 * @return the type
	 */
	abstract String textType();

	/**
	 * Return the options that follow the definition of a table.
	 * @return the options, empty if there are none
	 */
	String tableOptions() {
		return "";
	}

	/**
	 * Return the SQL expression for the current time in UTC. Does not freeze at the start
	 * of the transaction, where the product supports that.
	 * @return the expression
	 */
	abstract String now();

	/**
	 * Return the SQL expression for the current time plus a parameter in milliseconds.
	 * @return the expression
	 */
	abstract String nowPlusMillis();

	/**
	 * Return the SQL condition that is true on a server that refuses writes.
	 * @return the condition
	 */
	abstract String readOnly();

	/**
	 * Return the query for the digest of a ledger: one row with the column
	 * {@code digest}.
	 * @param ledger the ledger
	 * @return the query
	 */
	final String digest(Ledger ledger) {
		StringBuilder text = new StringBuilder("concat_ws('|'");
		for (String column : ledger.columns()) {
			text.append(", coalesce(cast(")
				.append(column(ledger, column))
				.append(" as ")
				.append(characterType())
				.append("), '')");
		}
		String hash = sumOfHashes(text.append(')').toString());
		String schema = (ledger.schema() != null) ? identifier(ledger, ledger.schema()) + "." : "";
		return "select concat(count(*), ':', coalesce(max(%s), 0), ':', %s) as digest from %s%s"
			.formatted(column(ledger, ledger.order()), hash, schema, identifier(ledger, ledger.name()));
	}

	private String column(Ledger ledger, String name) {
		return ledger.quoted() ? quoted(name) : name;
	}

	private String identifier(Ledger ledger, String name) {
		return ledger.quoted() ? quoted(name) : identifier(name);
	}

	/**
	 * Return the query of the statements that drop everything in the current schema
	 * except the tables of the starter, in an order in which they succeed.
	 * @return the query, whose first column is a statement
	 */
	abstract String dropStatements();

	/**
	 * Return a quoted identifier.
	 * @param name the identifier
	 * @return SQL
	 */
	String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * Return an identifier as the migration tools write it: quoted where it has to be.
	 * @param name the identifier
	 * @return SQL
	 */
	String identifier(String name) {
		return PLAIN.matcher(name).matches() ? name : quoted(name);
	}

	/**
	 * Return the type to cast a value to text.
	 * @return the type
	 */
	String characterType() {
		return "varchar";
	}

	/**
	 * Return the SQL aggregate that hashes texts, regardless of their order.
	 * @param text SQL of the text of a row
	 * @return the expression, null or text if there are no rows
	 */
	abstract String sumOfHashes(String text);

	/**
	 * Return whether a connection of the application refuses writes, without a request to
	 * the server.
	 * @param connection the connection
	 * @return whether the driver was told so
	 * @throws SQLException if the connection is broken
	 */
	boolean isReadOnly(Connection connection) throws SQLException {
		return false;
	}

	/**
	 * Return statements that grant rights on tables.
	 * @param rights the rights, separated by commas
	 * @param tables the tables
	 * @param user a user, in the form of {@code current_user}
	 * @return the statements
	 */
	List<String> grants(String rights, List<String> tables, String user) {
		return List
			.of("grant %s on %s to \"%s\"".formatted(rights, String.join(", ", tables), user.replace("\"", "\"\"")));
	}

	/**
	 * Return statements that grant the right to create tables.
	 * @param connection a connection whose tables are meant
	 * @param user a user, in the form of {@code current_user}
	 * @return the statements
	 * @throws SQLException if the connection is broken
	 */
	List<String> grantsOfCreate(Connection connection, String user) throws SQLException {
		return grants("create", List.of("schema " + connection.getSchema()), user);
	}

	/**
	 * Return the schemas in which a connection resolves names.
	 * @param connection the connection
	 * @return the schemas in the form of {@link #useSchemas}, or {@code null} if the
	 * product has none
	 * @throws SQLException if the connection is broken
	 */
	@Nullable String schemas(Connection connection) throws SQLException {
		return connection.getSchema();
	}

	/**
	 * Return the existing schemas in which a connection resolves names, in their order.
	 * @param connection the connection
	 * @return the schemas
	 * @throws SQLException if the connection is broken
	 */
	List<String> searchPath(Connection connection) throws SQLException {
		return List.of(connection.getSchema());
	}

	/**
	 * Let a connection resolve names in other schemas.
	 * @param connection the connection
	 * @param schemas the schemas
	 * @throws SQLException if there is no such schema
	 */
	void useSchemas(Connection connection, String schemas) throws SQLException {
		connection.setSchema(schemas);
	}

	/**
	 * Set how long statements of a session wait for locks.
	 * @param connection the connection
	 * @param timeout the time; zero for the server's own
	 * @throws SQLException if the connection is broken
	 */
	abstract void lockTimeout(Connection connection, Duration timeout) throws SQLException;

	/**
	 * Return whether a statement stops no other while it waits for a lock.
	 * @param sql the statement
	 * @return whether its wait need not be bounded
	 */
	boolean isWaitHarmless(String sql) {
		return false;
	}

	/**
	 * Return the sessions that block another one.
	 * @param connection a connection that does not wait
	 * @param session the session that waits, as {@link #session} returns it
	 * @return a description of each, with the statement that ends it; none if the server
	 * does not tell them
	 * @throws SQLException if they cannot be read
	 */
	abstract List<String> blockers(Connection connection, String session) throws SQLException;

	/**
	 * Describe a session that blocks another one.
	 * @param row its session, user, application, address, state, age in seconds and
	 * statement, in the columns of these names, and the statement that ends it
	 */
	static String blocker(ResultSet row) throws SQLException {
		StringJoiner text = new StringJoiner(", ");
		text.add("session " + row.getString("session"));
		add(text, "user ", row.getString("user_name"));
		add(text, "application ", row.getString("application"));
		add(text, "from ", row.getString("address"));
		String state = row.getString("state");
		String age = row.getString("seconds");
		if (state != null) {
			text.add((age != null) ? "%s for %s s".formatted(state, age) : state);
		}
		String statement = row.getString("statement");
		if (statement != null && !statement.isBlank()) {
			text.add("statement " + LITERAL.matcher(statement.strip().replaceAll("\\s+", " ")).replaceAll("?"));
		}
		return text + " (" + row.getString("ended_by") + " ends it)";
	}

	private static void add(StringJoiner text, String name, @Nullable String value) {
		if (value != null && !value.isBlank()) {
			text.add(name + "'" + value + "'");
		}
	}

	/**
	 * Return whether a change of the schema is part of the transaction.
	 * @return {@code false} if such a change commits the transaction
	 */
	boolean hasTransactionalDdl() {
		return false;
	}

	/**
	 * Return the parameters for the values of seeds.
	 * @param connection the step connection
	 * @param table the table of the seed
	 * @return the parameters
	 * @throws SQLException if the columns of the table cannot be read
	 */
	abstract Parameters parameters(Connection connection, Catalog.Table table) throws SQLException;

	/**
	 * Return the statement that creates a temporary table for rows, which is part of the
	 * transaction, or does not end it.
	 * @param name the quoted name
	 * @param query the query whose columns the table gets
	 * @return SQL
	 */
	abstract String temporaryTable(String name, String query);

	/**
	 * Return the statement that updates rows from those of another table.
	 * @param table the quoted table, whose alias is {@code t}
	 * @param source the quoted other table, whose alias is {@code s}
	 * @param matches the condition for the rows that belong together
	 * @param differs the condition for those to update
	 * @param assignments the columns with their new values
	 * @return SQL
	 */
	abstract String updateFrom(String table, String source, String matches, String differs,
			Map<String, String> assignments);

	/**
	 * Return where rows that are new to a table are written.
	 * @param connection the step connection
	 * @param insert the insertion
	 * @return a way that is fast for many rows
	 * @throws SQLException if the connection is broken
	 */
	RowSink rowSink(Connection connection, RowSink.Insert insert) throws SQLException {
		return new BatchSink(connection, insert);
	}

	/**
	 * Return the access to the contents of a database.
	 * @param source the database
	 * @return a dumper
	 */
	abstract Dumper dumper(DumpSource source);

	/**
	 * Return the error codes of one kind.
	 * @param kind the kind
	 * @return SQLStates and vendor codes
	 */
	abstract Set<String> errorCodes(ErrorKind kind);

	/**
	 * Find out for which lock a statement of the starter waits.
	 * @param connection a connection that does not wait
	 * @return the lock and its holder as far as the server tells them, like
	 * {@code a lock on table 'db_init_lock', held by session 42 (user 'app')}, or empty
	 * if no statement waits
	 * @throws SQLException if the user may not see that
	 */
	abstract Optional<String> lockWait(Connection connection) throws SQLException;

	/**
	 * Describe the holder of a lock.
	 * @param row the columns {@code locked} and {@code session}, and any that describe
	 * the session, under the names for the message
	 */
	static String lockWait(ResultSet row) throws SQLException {
		StringJoiner details = new StringJoiner(", ", " (", ")").setEmptyValue("");
		ResultSetMetaData columns = row.getMetaData();
		for (int i = 1; i <= columns.getColumnCount(); i++) {
			String name = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
			String value = row.getString(i);
			if (value != null && !value.isBlank() && !List.of("locked", "session").contains(name)) {
				details.add(name.replace('_', ' ') + " '" + value + "'");
			}
		}
		String session = row.getString("session");
		return "a lock on table '%s'".formatted(row.getString("locked"))
				+ ((session != null) ? ", held by session " + session + details : "");
	}

	/**
	 * Return the message of an error without the values of the statement.
	 * @param ex the error
	 * @return the message, with constraint, table and column where they are known
	 */
	abstract String withoutValues(SQLException ex);

	/**
	 * Return the driver's settings for a connection of the starter.
	 * @param tag the name under which the server lists the session
	 * @param timeout how long the driver waits for the server
	 * @return the settings
	 */
	Properties connectionProperties(String tag, Duration timeout) {
		return new Properties();
	}

	/**
	 * Return whether the driver creates its sockets with an {@link OwnSocketFactory}.
	 * @return whether the driver has a setting {@code socketFactory}
	 */
	boolean hasSocketFactory() {
		return false;
	}

	/**
	 * Prepare a new connection: tag its session, let the server detect that the client is
	 * gone, and terminate the session that it replaces.
	 * @param connection the connection
	 * @param owner the owner of the lease
	 * @param role the use of the connection
	 * @return why the sessions of this server are not reliable, or empty if they are
	 * @throws SQLException if the connection is broken
	 */
	abstract Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException;

	/**
	 * Return the session of a connection.
	 * @param connection the connection
	 * @return the session
	 * @throws SQLException if the connection is broken
	 */
	abstract String session(Connection connection) throws SQLException;

	/**
	 * Return the SQL expression, within a query of the lock table, for the session that
	 * holds the session lock.
	 * @return the expression, which is null if no session holds it
	 */
	abstract String sessionLockHolder();

	/**
	 * Return the SQL condition, within an update of the lock table by the holder of the
	 * session lock, under which the recorded holder of the lease is dead.
	 * @return the condition
	 */
	abstract String isHolderDead();

	/**
	 * Return the SQL condition, within a query of the lock table, under which the session
	 * that renews the lease is gone although the session of the steps may still exist.
	 * @return the condition, never true where the server ends both sessions together, or
	 * does not tell
	 */
	String isRenewerGone() {
		return "1 = 0";
	}

	/**
	 * Try to acquire the session lock, which is released when the session ends.
	 * @param connection the step connection
	 * @return whether this session holds the lock
	 * @throws SQLException if the connection is broken
	 */
	abstract boolean tryLock(Connection connection) throws SQLException;

	/**
	 * Release the session lock.
	 * @param connection the step connection
	 * @throws SQLException if the connection is broken
	 */
	abstract void unlock(Connection connection) throws SQLException;

	/**
	 * Terminate a session, without waiting for its end.
	 * @param connection another connection
	 * @param session the session
	 * @throws SQLException if this user is not allowed to terminate it
	 */
	abstract void terminate(Connection connection, String session) throws SQLException;

	/**
	 * Cancel the statement that runs on a connection, from another thread.
	 * @param connection the step connection
	 * @throws SQLException if the connection is broken
	 */
	void cancel(Connection connection) throws SQLException {
	}

	/**
	 * Return the live sessions of an owner.
	 * @param connection another connection
	 * @param owner the owner
	 * @param recorded the session that was recorded with the lease, or empty
	 * @return the sessions
	 * @throws SQLException if the connection is broken
	 */
	abstract List<String> sessionsOf(Connection connection, String owner, Optional<String> recorded)
			throws SQLException;

	/**
	 * Return whether a successor can terminate every session of an owner, rather than
	 * only the one that is recorded with the lease.
	 * @return whether control connections can be terminated
	 */
	boolean canTerminateControlConnection() {
		return true;
	}

	/**
	 * Return the protection of a database whose files or tables are damaged if its
	 * process is killed during a change of the schema.
	 * @return new protection for one run
	 */
	CrashProtection crashProtection() {
		return CrashProtection.NONE;
	}

	/**
	 * Use of a connection.
	 */
	enum Role {

		/** The lease and the journal. */
		CONTROL,

		/** The steps. */
		STEP

	}

	/**
	 * Meaning of an error.
	 */
	enum ErrorKind {

		/** A table does not exist. */
		MISSING_TABLE,

		/** A row with this key already exists. */
		DUPLICATE,

		/** Another session has created or is creating the same object. */
		RACE_OF_CREATION,

		/** A lock was not granted in time, or the statement was canceled. */
		KEPT_WAITING,

		/** A lock was not granted in the time-out of the session. */
		LOCK_TIMEOUT,

		/** Wrong credentials, or an unknown database. */
		REJECTED,

		/** The user lacks a right on a table or schema. */
		DENIED,

		/** The server is starting, stopping or has no connection left. */
		BUSY

	}

}
