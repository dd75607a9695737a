package io.dbinit.jdbc;

import java.util.Map;
import java.util.stream.Collectors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.StringJoiner;

import io.dbinit.transfer.Dumper;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * PostgreSQL. The session lock is an advisory lock whose key is derived from the identity
 * of the lock table, so that two schemas of one database do not share it.
 */
final class PostgreSqlDialect extends Dialect {

	private static final String LOCK_WAIT = """
			select coalesce(l.relation::pg_catalog.regclass::text, substring(w.query from 'db_init_[a-z_]+')) as locked,
				b.pid as session, b.usename as "user", b.application_name as application, b.client_addr as address,
				b.state, date_trunc('second', clock_timestamp() - b.state_change) as "for"
			from pg_catalog.pg_stat_activity w
			join pg_catalog.pg_stat_activity b on b.pid = any(pg_catalog.pg_blocking_pids(w.pid))
			left join pg_catalog.pg_locks l on l.pid = w.pid and not l.granted
			where w.datname = current_database() and w.wait_event_type = 'Lock' and w.query like '%db\\_init\\_%'
			limit 1""";

	private static final Log logger = LogFactory.getLog(PostgreSqlDialect.class);

	/** The upper half of the key: "dbin" in ASCII. */
	private static final int CLASS = 0x6462696E;

	private static final int MAX_TAG = 63;

	private static final String KEY = "(%d::bigint << 32) | 'db_init_lock'::regclass::oid::bigint".formatted(CLASS);

	private static final String HOLDER = """
			(select max(k.pid)::text from pg_locks k where k.locktype = 'advisory' and k.classid = %d
			and k.objid = 'db_init_lock'::regclass and k.objsubid = 1 and k.granted
			and k.database = (select d.oid from pg_database d where d.datname = current_database()))"""
		.formatted(CLASS);

	/**
	 * Lets the server detect within about a minute that a client is gone, and keep a
	 * session that is idle between two steps. Older servers lack some of the settings.
	 */
	private static final String SETTINGS = """
			select set_config(s.name, s.value, false)
			from (values ('application_name', ?), ('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '10'),
				('tcp_keepalives_count', '3'), ('tcp_user_timeout', '45000'), ('idle_session_timeout', '0'),
				('idle_in_transaction_session_timeout', '0')) as s (name, value)
			where exists (select 1 from pg_settings p where p.name = s.name)""";

	/** Cancels the statement of a client that is gone. Not available on all systems. */
	private static final String CHECK_OF_CLIENT = "set client_connection_check_interval = 2000";

	/** Advisory locks of compatible servers lock nothing, or one node only. */
	private static final String SESSION = """
			select pg_backend_pid()::text where version() like 'PostgreSQL %' and version() not like '%-YB-%'""";

	private static final String OTHERS = """
			select pid::text from pg_stat_activity
			where application_name = ? and datname = current_database() and pid <> pg_backend_pid()""";

	/** Statements that take locks which stop neither reads nor writes. */
	private static final Pattern WAITS_HARMLESSLY = Pattern.compile("""
			(?is)^\\s*(?:(?:create\\s+(?:unique\\s+)?|drop\\s+)index\\s+concurrently\\b|reindex\\b.*\\bconcurrently\\b\\
			|refresh\\s+materialized\\s+view\\s+concurrently\\b|alter\\s+table\\b.*\\bvalidate\\s+constraint\\b\\
			|alter\\s+table\\b.*\\bdetach\\s+partition\\b.*\\bconcurrently\\b|vacuum\\b|analyze\\b)""");

	private static final String BLOCKERS = """
			select a.pid::text as session, a.usename as user_name, a.application_name as application,
				a.client_addr::text as address, a.state as state, a.query as statement,
				extract(epoch from clock_timestamp() - a.state_change)::bigint::text as seconds,
				'select pg_terminate_backend(' || a.pid || ')' as ended_by
			from pg_stat_activity a where a.pid = any(pg_blocking_pids(?)) order by a.pid""";

	/**
	 * Things of extensions and sequences of columns stay, or go with what they belong to.
	 */
	@Override
	Dumper dumper(DumpSource source) {
		return new PostgreSqlDumper(source);
	}

	@Override
	String dropStatements() {
		return """
				select format('drop %s if exists %I.%I cascade', case c.relkind when 'v' then 'view'
						when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
						else 'table' end, n.nspname, c.relname)
					from pg_class c join pg_namespace n on n.oid = c.relnamespace
					where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
						and c.relname not like 'db\\_init\\_%'
						and not exists (select 1 from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
							and (d.deptype = 'e' or (c.relkind = 'S' and d.deptype in ('a', 'i'))))
				union all
				select format('drop %s if exists %s cascade', case p.prokind when 'p' then 'procedure'
						when 'a' then 'aggregate' else 'function' end, p.oid::regprocedure)
					from pg_proc p join pg_namespace n on n.oid = p.pronamespace
					where n.nspname = current_schema()
						and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
				union all
				select format('drop %s if exists %I.%I cascade', case t.typtype when 'd' then 'domain' else 'type' end,
						n.nspname, t.typname)
					from pg_type t join pg_namespace n on n.oid = t.typnamespace
					where n.nspname = current_schema() and t.typtype in ('e', 'd')
						and not exists (select 1 from pg_depend d where d.objid = t.oid and d.deptype = 'e')""";
	}

	@Override
	String timestampType() {
		return "timestamp(6)";
	}

	@Override
	String sumOfHashes(String text) {
		return "sum(('x' || substr(md5(%s), 1, 15))::bit(60)::bigint)".formatted(text);
	}

	@Override
	String textType() {
		return "text";
	}

	@Override
	String now() {
		return "(clock_timestamp() at time zone 'UTC')";
	}

	@Override
	String nowPlusMillis() {
		return now() + " + ? * interval '1 millisecond'";
	}

	@Override
	String readOnly() {
		return "current_setting('transaction_read_only') = 'on'";
	}

	@Override
	boolean isReadOnly(Connection connection) throws SQLException {
		return connection.isReadOnly();
	}

	/**
	 * Return the search path, independent of the user who resolves it.
	 */
	@Override
	String schemas(Connection connection) throws SQLException {
		return Sql
			.value(connection, "select replace(current_setting('search_path'), '\"$user\"', quote_ident(current_user))")
			.orElse("");
	}

	@Override
	List<String> searchPath(Connection connection) throws SQLException {
		return Sql.query(connection, """
				select s.name from unnest(current_schemas(false)) with ordinality as s (name, position)
				order by s.position""", (row) -> row.getString(1));
	}

	@Override
	void useSchemas(Connection connection, String schemas) throws SQLException {
		Sql.value(connection, "select set_config('search_path', ?, false)", schemas);
	}

	@Override
	void lockTimeout(Connection connection, Duration timeout) throws SQLException {
		Sql.execute(connection, "set lock_timeout = " + timeout.toMillis());
	}

	@Override
	boolean isWaitHarmless(String sql) {
		return WAITS_HARMLESSLY.matcher(sql).find();
	}

	@Override
	List<String> blockers(Connection connection, String session) throws SQLException {
		return Sql.query(connection, BLOCKERS, Dialect::blocker, Integer.valueOf(session));
	}

	@Override
	boolean hasTransactionalDdl() {
		return true;
	}

	@Override
	Parameters parameters(Connection connection, Catalog.Table table) throws SQLException {
		return PostgreSqlParameters.of(connection, table);
	}

	@Override
	String temporaryTable(String name, String query) {
		return "create temporary table %s on commit drop as %s with no data".formatted(name, query);
	}

	@Override
	String updateFrom(String table, String source, String matches, String differs, Map<String, String> assignments) {
		String set = assignments.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + " = " + entry.getValue())
			.collect(Collectors.joining(", "));
		return "update %s as t set %s from %s as s where %s and (%s)".formatted(table, set, source, matches, differs);
	}

	@Override
	RowSink rowSink(Connection connection, RowSink.Insert insert) throws SQLException {
		return connection.isWrapperFor(PGConnection.class) ? new CopySink(connection.unwrap(PGConnection.class), insert)
				: super.rowSink(connection, insert);
	}

	@Override
	Set<String> errorCodes(ErrorKind kind) {
		return switch (kind) {
			case MISSING_TABLE -> Set.of("42P01");
			case DUPLICATE -> Set.of("23505");
			// Table or object exists, catalog changed meanwhile, serialization, deadlock
			case RACE_OF_CREATION -> Set.of("42P07", "42710", "23505", "XX000", "40001", "40P01");
			// Canceled, lock not available
			case KEPT_WAITING -> Set.of("57014", "55P03");
			case LOCK_TIMEOUT -> Set.of("55P03");
			case REJECTED -> Set.of("28000", "28P01", "3D000");
			case DENIED -> Set.of("42501");
			// Shutdown, crash, starting up, too many connections
			case BUSY -> Set.of("57P01", "57P02", "57P03", "53300");
		};
	}

	/**
	 * Only the detail and the quoted end of a message hold values.
	 */
	@Override
	Optional<String> lockWait(Connection connection) throws SQLException {
		return Sql.query(connection, LOCK_WAIT, Dialect::lockWait).stream().findFirst();
	}

	@Override
	String withoutValues(SQLException ex) {
		ServerErrorMessage error = (ex instanceof PSQLException known) ? known.getServerErrorMessage() : null;
		String message = String.valueOf((error != null) ? error.getMessage() : ex.getMessage());
		int value = message.indexOf(": \"");
		String text = (value > 0) ? message.substring(0, value) : message.lines().findFirst().orElse("");
		if (error == null) {
			return text;
		}
		StringJoiner where = new StringJoiner(", ", " (", ")").setEmptyValue("");
		if (error.getConstraint() != null) {
			where.add("constraint '" + error.getConstraint() + "'");
		}
		if (error.getTable() != null) {
			where.add("table '" + error.getTable() + "'");
		}
		if (error.getColumn() != null) {
			where.add("column '" + error.getColumn() + "'");
		}
		return text + where;
	}

	@Override
	Properties connectionProperties(String tag, Duration timeout) {
		Properties properties = new Properties();
		String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
		properties.setProperty("ApplicationName", tag);
		properties.setProperty("connectTimeout", seconds);
		properties.setProperty("loginTimeout", seconds);
		properties.setProperty("tcpKeepAlive", "true");
		// A pooler may not know a statement that was prepared on another session
		properties.setProperty("prepareThreshold", "0");
		return properties;
	}

	@Override
	boolean hasSocketFactory() {
		return true;
	}

	@Override
	Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		if (!isSessionOfClient(connection)) {
			return Optional.of("""
					Sessions are shared through a pooler, or the server is only like PostgreSQL: no session lock is \
					held beside the lease, and the lease of a process that died has to run out""");
		}
		if (role == Role.CONTROL) {
			for (String replaced : Sql.query(connection, OTHERS, (row) -> row.getString(1), tag(owner, role))) {
				terminate(connection, replaced);
			}
		}
		Sql.query(connection, SETTINGS, (row) -> row.getString(1), tag(owner, role));
		checkClient(connection);
		return Optional.empty();
	}

	private static void checkClient(Connection connection) throws SQLException {
		try {
			Sql.execute(connection, CHECK_OF_CLIENT);
		}
		catch (SQLException ex) {
			if (SqlErrors.isBroken(ex)) {
				throw ex;
			}
			logger
				.debug("The server does not check the connection to its client during a statement: " + ex.getMessage());
		}
	}

	/**
	 * A pooler reports a made-up process id to its clients.
	 */
	private static boolean isSessionOfClient(Connection connection) throws SQLException {
		return connection.isWrapperFor(PGConnection.class) && Sql.value(connection, SESSION)
			.filter(String.valueOf(connection.unwrap(PGConnection.class).getBackendPID())::equals)
			.isPresent();
	}

	/**
	 * Return the application name of a session. PostgreSQL keeps 63 characters; owners
	 * differ in the last ones.
	 */
	static String tag(String owner, Role role) {
		String prefix = TAG + ((role == Role.CONTROL) ? "lock:" : "");
		String ascii = owner.replaceAll("[^\\x20-\\x7e]", "?");
		return prefix + ascii.substring(Math.max(0, prefix.length() + ascii.length() - MAX_TAG));
	}

	@Override
	String session(Connection connection) throws SQLException {
		return Sql.value(connection, "select pg_backend_pid()::text").orElseThrow();
	}

	@Override
	String sessionLockHolder() {
		return HOLDER;
	}

	@Override
	String isHolderDead() {
		return "session is not null";
	}

	@Override
	boolean tryLock(Connection connection) throws SQLException {
		return Sql.query(connection, "select pg_try_advisory_lock(" + KEY + ")", (row) -> row.getBoolean(1)).get(0);
	}

	@Override
	void unlock(Connection connection) throws SQLException {
		Sql.query(connection, "select pg_advisory_unlock(" + KEY + ")", (row) -> row.getBoolean(1));
	}

	@Override
	void terminate(Connection connection, String session) throws SQLException {
		Sql.query(connection, "select pg_terminate_backend(?)", (row) -> row.getBoolean(1), Integer.valueOf(session));
	}

	@Override
	void cancel(Connection connection) throws SQLException {
		if (connection.isWrapperFor(PGConnection.class)) {
			connection.unwrap(PGConnection.class).cancelQuery();
		}
	}

	@Override
	List<String> sessionsOf(Connection connection, String owner, Optional<String> recorded) throws SQLException {
		return Sql.query(connection, """
				select pid::text from pg_stat_activity
				where application_name in (?, ?) and datname = current_database()""", (row) -> row.getString(1),
				tag(owner, Role.CONTROL), tag(owner, Role.STEP));
	}

}
