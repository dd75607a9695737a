package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * H2, which has no session locks: the holder of a lease is dead if the session recorded
 * with it is not listed any more, usually because the database was opened anew.
 */
final class H2Dialect extends Dialect {

	private static final String LOCK_WAIT = """
			select l.table_name as locked, s.session_id as session, s.user_name as "user", s.client_addr as address,
				s.session_state as state
			from information_schema.locks l join information_schema.sessions s on s.session_id = l.session_id
			where l.table_name like 'DB^_INIT^_%' escape '^' and s.session_id <> session_id() limit 1""";

	private static final String ID = "concat(s.SESSION_ID, '@', s.SESSION_START)";

	/** From the values of a row, or of a conversion, to the end of a message. */
	private static final Pattern VALUES = Pattern
		.compile("(?s)( VALUES \\(| converting | constant |(?<=column \"[^\"]{1,300}\"): |(?<=out of range): ).*");

	/** Errors of conversions and constraints. */
	private static final Pattern STATE_OF_VALUE = Pattern.compile("2[23].*");

	private static final String HOLDER = "(select max(" + ID + ") from INFORMATION_SCHEMA.SESSIONS s where " + ID
			+ " = db_init_lock.session)";

	@Override
	String timestampType() {
		return "timestamp(6)";
	}

	@Override
	String sumOfHashes(String text) {
		return "sum(ora_hash(%1$s)), '-', sum(ora_hash(%1$s, 4294967295, 1))".formatted(text);
	}

	@Override
	String textType() {
		return "character large object";
	}

	@Override
	String now() {
		return "cast(current_timestamp(6) at time zone 'UTC' as timestamp(6))";
	}

	@Override
	String nowPlusMillis() {
		return "dateadd(millisecond, ?, " + now() + ")";
	}

	@Override
	String readOnly() {
		return "readonly()";
	}

	/**
	 * The name of the constraint comes before the values.
	 */
	@Override
	Optional<String> lockWait(Connection connection) throws SQLException {
		return Sql.query(connection, LOCK_WAIT, Dialect::lockWait).stream().findFirst();
	}

	@Override
	String withoutValues(SQLException ex) {
		String message = String.valueOf(ex.getMessage()).replaceFirst("(?s); SQL statement:.*", "");
		return STATE_OF_VALUE.matcher(String.valueOf(ex.getSQLState())).matches()
				? VALUES.matcher(message).replaceFirst("") : message;
	}

	@Override
	List<String> grantsOfCreate(Connection connection, String user) throws SQLException {
		return grants("alter any schema", user);
	}

	private static List<String> grants(String right, String user) {
		return List.of("grant %s to \"%s\"".formatted(right, user.replace("\"", "\"\"")));
	}

	@Override
	Parameters parameters(Connection connection, Catalog.Table table) {
		return new H2Parameters();
	}

	@Override
	Set<String> errorCodes(ErrorKind kind) {
		return switch (kind) {
			// Not found, with candidates, in an empty database
			case MISSING_TABLE -> Set.of("42102", "42103", "42104");
			case DUPLICATE -> Set.of("23505");
			// Table, index or constraint exists, changed concurrently, locked, deadlock
			case RACE_OF_CREATION -> Set.of("42101", "42111", "90045", "90111", "90131", "50200", "23505", "40001");
			case KEPT_WAITING -> Set.of("50200", "57014");
			// Wrong user or password, no such database
			case REJECTED -> Set.of("28000", "90149", "90013");
			// Rights on an object, administrators only
			case DENIED -> Set.of("90096", "90040");
			// File in use by another process, database being closed
			case BUSY -> Set.of("90020", "90098", "90121");
		};
	}

	@Override
	Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		boolean admin = Sql
			.value(connection,
					"select USER_NAME from INFORMATION_SCHEMA.USERS where USER_NAME = current_user and IS_ADMIN")
			.isPresent();
		return admin ? Optional.empty() : Optional.of("""
				H2 shows the sessions of others to administrators only: the lease of a process that died has to run \
				out, and its statements are not terminated""");
	}

	@Override
	String session(Connection connection) throws SQLException {
		return Sql
			.value(connection, "select " + ID + " from INFORMATION_SCHEMA.SESSIONS s where s.SESSION_ID = session_id()")
			.orElseThrow();
	}

	@Override
	String sessionLockHolder() {
		return HOLDER;
	}

	@Override
	String isHolderDead() {
		return "session is not null and not exists (select 1 from INFORMATION_SCHEMA.SESSIONS s where " + ID
				+ " = db_init_lock.session)";
	}

	@Override
	boolean tryLock(Connection connection) {
		return true;
	}

	@Override
	void unlock(Connection connection) {
	}

	@Override
	void terminate(Connection connection, String session) throws SQLException {
		Sql.query(connection,
				"select abort_session(s.SESSION_ID) from INFORMATION_SCHEMA.SESSIONS s where " + ID + " = ?",
				(row) -> row.getBoolean(1), session);
	}

	@Override
	List<String> sessionsOf(Connection connection, String owner, Optional<String> recorded) throws SQLException {
		return recorded.isEmpty() ? List.of()
				: Sql.query(connection, "select " + ID + " from INFORMATION_SCHEMA.SESSIONS s where " + ID + " = ?",
						(row) -> row.getString(1), recorded.get());
	}

	@Override
	boolean canTerminateControlConnection() {
		return false;
	}

	@Override
	CrashProtection crashProtection() {
		return new H2CrashProtection();
	}

}
