package io.dbinit.jdbc;

import java.util.Map;
import java.util.stream.Collectors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.dbinit.transfer.Dumper;

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

	private static final String BLOCKERS = """
			select b.session_id as session, b.user_name as user_name, null as application, b.client_addr as address,
				b.session_state as state, b.executing_statement as statement,
				datediff(second, coalesce(b.executing_statement_start, b.sleep_since), current_timestamp) as seconds,
				concat('call abort_session(', b.session_id, ')') as ended_by
			from information_schema.sessions w
			join information_schema.sessions b on b.session_id = w.blocker_id where w.session_id = ?""";

	private static final String ID = "concat(s.SESSION_ID, '@', s.SESSION_START)";

	/** From the values of a row, or of a conversion, to the end of a message. */
	private static final Pattern VALUES = Pattern
		.compile("(?s)( VALUES \\(| converting | constant |(?<=column \"[^\"]{1,300}\"): |(?<=out of range): ).*");

	/** Errors of conversions and constraints. */
	private static final Pattern STATE_OF_VALUE = Pattern.compile("2[23].*");

	private static final String HOLDER = "(select max(" + ID + ") from INFORMATION_SCHEMA.SESSIONS s where " + ID
			+ " = db_init_lock.session)";

	@Override
	Dumper dumper(DumpSource source) {
		return new H2Dumper(source);
	}

	@Override
	String dropStatements() {
		return """
				select 'drop ' || case table_type when 'VIEW' then 'view' else 'table' end || ' if exists '
						|| quote_ident(table_schema) || '.' || quote_ident(table_name) || ' cascade'
					from information_schema.tables where table_schema = current_schema
						and lower(table_name) not like 'db^_init^_%' escape '^'
				union all
				select 'drop sequence if exists ' || quote_ident(sequence_schema) || '.' || quote_ident(sequence_name)
					from information_schema.sequences where sequence_schema = current_schema
				union all
				select 'drop alias if exists ' || quote_ident(routine_schema) || '.' || quote_ident(routine_name)
					from information_schema.routines where routine_schema = current_schema
				union all
				select 'drop domain if exists ' || quote_ident(domain_schema) || '.' || quote_ident(domain_name)
					from information_schema.domains where domain_schema = current_schema""";
	}

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
	void lockTimeout(Connection connection, Duration timeout) throws SQLException {
		Sql.execute(connection, "set lock_timeout " + (timeout.isZero() ? Integer.MAX_VALUE : timeout.toMillis()));
	}

	@Override
	List<String> blockers(Connection connection, String session) throws SQLException {
		return Sql.query(connection, BLOCKERS, Dialect::blocker, Integer.valueOf(session.split("@")[0]));
	}

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

	/**
	 * The transaction goes on, and the table is there until the session ends: to drop it
	 * would end the transaction.
	 */
	@Override
	String temporaryTable(String name, String query) {
		return "create local temporary table %s not persistent transactional as %s with no data".formatted(name, query);
	}

	@Override
	String updateFrom(String table, String source, String matches, String differs, Map<String, String> assignments) {
		String set = assignments.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + " = " + entry.getValue())
			.collect(Collectors.joining(", "));
		return "merge into %s as t using %s as s on (%s) when matched and (%s) then update set %s".formatted(table,
				source, matches, differs, set);
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
			case LOCK_TIMEOUT -> Set.of("50200");
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
