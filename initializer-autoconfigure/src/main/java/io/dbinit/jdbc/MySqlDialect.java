package io.dbinit.jdbc;

import java.util.stream.Collectors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.dbinit.transfer.Dumper;

/**
 * MySQL, and the base of MariaDB. The session lock is a named lock. The attributes of
 * other sessions are visible to administrators only, whereas every user can query the
 * holder of a named lock: each session is therefore tagged with a separate named lock.
 */
sealed class MySqlDialect extends Dialect permits MariaDbDialect {

	/**
	 * Of MariaDB, of MySQL, and without the holder, which for locks of whole tables only
	 * the performance schema knows.
	 */
	private static final List<String> LOCK_WAITS = List.of("""
			select regexp_substr(w.trx_query, 'db_init_[a-z_]+') as locked, b.trx_mysql_thread_id as session,
				p.user as user, p.host as address, p.command as state, p.time as seconds
			from information_schema.innodb_lock_waits l
			join information_schema.innodb_trx w on w.trx_id = l.requesting_trx_id
			join information_schema.innodb_trx b on b.trx_id = l.blocking_trx_id
			left join information_schema.processlist p on p.id = b.trx_mysql_thread_id
			where w.trx_query like '%db\\_init\\_%' limit 1""", """
			select regexp_substr(w.waiting_query, 'db_init_[a-z_]+') as locked, w.blocking_pid as session,
				p.user as user, p.host as address, p.command as state, p.time as seconds
			from sys.innodb_lock_waits w left join information_schema.processlist p on p.id = w.blocking_pid
			where w.waiting_query like '%db\\_init\\_%' limit 1""", """
			select regexp_substr(info, 'db_init_[a-z_]+') as locked, null as session
			from information_schema.processlist
			where state like 'Waiting for table%' and info like '%db\\_init\\_%' and id <> connection_id() limit 1""");

	private static final String BLOCKERS = """
			select p.id as session, p.user as user_name, null as application, p.host as address,
				if(p.command = 'Sleep', 'idle in transaction', p.command) as state, p.info as statement,
				timestampdiff(second, t.trx_started, now()) as seconds, concat('kill ', p.id) as ended_by
			from information_schema.innodb_trx t
			join information_schema.processlist p on p.id = t.trx_mysql_thread_id
			where p.id <> ? and (exists (select 1 from information_schema.processlist w
					where w.id = ? and w.state like 'Waiting for%lock%')
				or exists (select 1 from information_schema.innodb_trx w
					where w.trx_mysql_thread_id = ? and w.trx_state = 'LOCK WAIT'))
			order by p.id""";

	private static final int NO_SUCH_THREAD = 1094;

	/** Quoted values follow these words. */
	private static final Pattern VALUE = Pattern
		.compile("(?s)((?:entry|value:?|near) )'(?:.*'(?= for key | for column )|.*'(?=: | at | in |$))");

	private static final String CONTROL = "CONTROL";

	private static final String NAME = "concat('db-init:', sha1(database()))";

	private static final String TAG_NAME = "concat('db-init:', sha1(?))";

	private static final String TAG_NAME_OF_RENEWER = "concat('db-init:', sha1(concat('%s:', coalesce(owner, ''))))"
		.formatted(CONTROL);

	private static final String CLUSTER = """
			show global variables where variable_name in
			('wsrep_on', 'group_replication_single_primary_mode', 'group_replication_group_name')""";

	@Override
	Dumper dumper(DumpSource source) {
		return new MySqlDumper(source);
	}

	@Override
	String dropStatements() {
		return """
				select 'set foreign_key_checks = 0'
				union all
				select concat('drop view if exists `', replace(table_name, '`', '``'), '`')
					from information_schema.views where table_schema = database()
				union all
				select concat('drop ', if(table_type = 'SEQUENCE', 'sequence', 'table'), ' if exists `',
						replace(table_name, '`', '``'), '`')
					from information_schema.tables where table_schema = database()
						and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
						and table_name not like 'db\\\\_init\\\\_%'
				union all
				select concat('drop ', lower(routine_type), ' if exists `', replace(routine_name, '`', '``'), '`')
					from information_schema.routines where routine_schema = database()
				union all
				select concat('drop event if exists `', replace(event_name, '`', '``'), '`')
					from information_schema.events where event_schema = database()
				union all
				select 'set foreign_key_checks = 1'""";
	}

	@Override
	String timestampType() {
		return "datetime(6)";
	}

	@Override
	String identifier(String name) {
		return quoted(name);
	}

	@Override
	String quoted(String name) {
		return '`' + name.replace("`", "``") + '`';
	}

	@Override
	String characterType() {
		return "char";
	}

	@Override
	String sumOfHashes(String text) {
		return "coalesce(sum(cast(conv(substr(md5(%s), 1, 15), 16, 10) as unsigned)), '')".formatted(text);
	}

	@Override
	String textType() {
		return "longtext";
	}

	@Override
	String tableOptions() {
		return " engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin";
	}

	@Override
	String now() {
		return "utc_timestamp(6)";
	}

	@Override
	String nowPlusMillis() {
		return "timestampadd(microsecond, ? * 1000, utc_timestamp(6))";
	}

	@Override
	String readOnly() {
		return "@@global.read_only not in ('0', 'OFF') or @@session.transaction_read_only not in ('0', 'OFF')";
	}

	/**
	 * One statement for each table. The name of a user includes the host.
	 */
	@Override
	List<String> grants(String rights, List<String> tables, String user) {
		int at = user.lastIndexOf('@');
		String quoted = "'%s'@'%s'".formatted(user.substring(0, at).replace("'", "''"), user.substring(at + 1));
		return tables.stream().map((table) -> "grant %s on %s to %s".formatted(rights, table, quoted)).toList();
	}

	@Override
	List<String> grantsOfCreate(Connection connection, String user) throws SQLException {
		return grants("create, alter, select, insert, update, delete",
				List.of("`%s`.*".formatted(connection.getCatalog())), user);
	}

	@Override
	Parameters parameters(Connection connection, Catalog.Table table) {
		return new MySqlParameters();
	}

	@Override
	String temporaryTable(String name, String query) {
		return "create temporary table %s %s".formatted(name, query);
	}

	@Override
	String updateFrom(String table, String source, String matches, String differs, Map<String, String> assignments) {
		String set = assignments.entrySet()
			.stream()
			.map((entry) -> "t." + entry.getKey() + " = " + entry.getValue())
			.collect(Collectors.joining(", "));
		return "update %s as t join %s as s on %s set %s where %s".formatted(table, source, matches, set, differs);
	}

	@Override
	Set<String> errorCodes(ErrorKind kind) {
		return switch (kind) {
			case MISSING_TABLE -> Set.of("42S02");
			case DUPLICATE -> Set.of("23000");
			// Table exists, duplicate row, deadlock, definition changed or being changed
			case RACE_OF_CREATION -> Set.of("42S01", "23000", "40001", "1412", "1684");
			case KEPT_WAITING, LOCK_TIMEOUT -> Set.of("1205");
			// Access denied, to this database, unknown database, host not allowed
			case REJECTED -> Set.of("28000", "1045", "1044", "1049", "1130", "1698");
			// Statement on a table, on a column, lack of a privilege
			case DENIED -> Set.of("1142", "1143", "1227");
			// Too many connections, of this user, host blocked, shutting down
			case BUSY -> Set.of("1040", "1203", "1226", "1129", "1053");
		};
	}

	/**
	 * A statement that waits for a table looks once a second whether its client is still
	 * there, and is not listed any more once it is not: a timeout in the middle of a
	 * second leaves time to ask.
	 */
	@Override
	int readTimeout(Duration timeout) {
		int millis = super.readTimeout(timeout);
		return (millis >= 2000) ? millis - millis % 1000 - 500 : millis;
	}

	@Override
	void lockTimeout(Connection connection, Duration timeout) throws SQLException {
		long seconds = (timeout.toMillis() + 999) / 1000;
		Sql.execute(connection,
				(seconds > 0)
						? "set session lock_wait_timeout = %1$d, innodb_lock_wait_timeout = %1$d".formatted(seconds)
						: "set session lock_wait_timeout = default, innodb_lock_wait_timeout = default");
	}

	/**
	 * Not every server tells who holds a lock on a table: all that are in a transaction.
	 */
	@Override
	List<String> blockers(Connection connection, String session) throws SQLException {
		return Sql.query(connection, BLOCKERS, Dialect::blocker, Long.valueOf(session), Long.valueOf(session),
				Long.valueOf(session));
	}

	@Override
	Optional<String> lockWait(Connection connection) throws SQLException {
		for (String query : LOCK_WAITS) {
			try {
				Optional<String> wait = Sql.query(connection, query, Dialect::lockWait).stream().findFirst();
				if (wait.isPresent()) {
					return wait;
				}
			}
			catch (SQLException ex) {
				// Not every server and every user has each of the tables
			}
		}
		return Optional.empty();
	}

	@Override
	String withoutValues(SQLException ex) {
		return VALUE.matcher(String.valueOf(ex.getMessage())).replaceAll("$1***");
	}

	@Override
	Properties connectionProperties(String tag, Duration timeout) {
		Properties properties = new Properties();
		String millis = String.valueOf(Math.max(1000, timeout.toMillis()));
		properties.setProperty("connectTimeout", millis);
		properties.setProperty("socketTimeout", millis);
		properties.setProperty("tcpKeepAlive", "true");
		properties.setProperty("connectionAttributes", "program_name:" + tag.replaceAll("[:,]", "-"));
		return properties;
	}

	@Override
	Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		// A session may have to wait long for its next step
		Sql.execute(connection, "set session wait_timeout = 86400");
		Optional<String> cluster = cluster(connection);
		if (cluster.isPresent() || isSessionOfClient(connection, tag(owner, role))) {
			return cluster;
		}
		return Optional.of("""
				Sessions are shared through a proxy: no session lock is held beside the lease, and the lease of a \
				process that died has to run out""");
	}

	private static String tag(String owner, Role role) {
		return ((role == Role.CONTROL) ? CONTROL : "WORK") + ":" + owner;
	}

	/**
	 * Tag the session, and terminate the one that it replaces. A proxy reports a made-up
	 * id to its clients.
	 */
	private boolean isSessionOfClient(Connection connection, String tag) throws SQLException {
		String sql = "select get_lock(" + TAG_NAME + ", ?)";
		if (Sql.value(connection, sql, tag, 0).filter("1"::equals).isEmpty()) {
			Optional<String> replaced = tagged(connection, tag);
			if (replaced.isPresent()) {
				terminate(connection, replaced.get());
			}
			Sql.value(connection, sql, tag, 2);
		}
		return Sql.value(connection, "select connection_id()").equals(tagged(connection, tag));
	}

	private static Optional<String> tagged(Connection connection, String tag) throws SQLException {
		return Sql.value(connection, "select is_used_lock(" + TAG_NAME + ")", tag);
	}

	private static Optional<String> cluster(Connection connection) throws SQLException {
		Map<String, String> variables = new HashMap<>();
		Sql.query(connection, CLUSTER, (row) -> variables.put(row.getString(1).toLowerCase(), row.getString(2)));
		if ("ON".equals(variables.get("wsrep_on"))) {
			return Optional.of("""
					Galera cluster: named locks and sessions belong to one node, so that the lease alone keeps two \
					processes apart; the lease of a process that died has to run out, and its statements on \
					another node are not terminated""");
		}
		boolean group = !variables.getOrDefault("group_replication_group_name", "").isEmpty();
		if (group && "OFF".equals(variables.get("group_replication_single_primary_mode"))) {
			return Optional.of("""
					Group replication with several primaries: named locks and sessions belong to one server, so that \
					the lease alone keeps two processes apart; the lease of a process that died has to run out""");
		}
		return Optional.empty();
	}

	@Override
	String session(Connection connection) throws SQLException {
		return Sql.value(connection, "select connection_id()").orElseThrow();
	}

	@Override
	String sessionLockHolder() {
		return "is_used_lock(" + NAME + ")";
	}

	@Override
	String isHolderDead() {
		return "session is not null";
	}

	/**
	 * The server detects that a client is gone only after it has finished the statement.
	 */
	@Override
	String isRenewerGone() {
		return "is_used_lock(" + TAG_NAME_OF_RENEWER + ") is null";
	}

	@Override
	boolean tryLock(Connection connection) throws SQLException {
		return Sql.value(connection, "select get_lock(" + NAME + ", 0)").filter("1"::equals).isPresent();
	}

	@Override
	void unlock(Connection connection) throws SQLException {
		Sql.value(connection, "select release_lock(" + NAME + ")");
	}

	@Override
	void terminate(Connection connection, String session) throws SQLException {
		try {
			Sql.execute(connection, "kill " + Long.parseLong(session));
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() != NO_SUCH_THREAD) {
				throw ex;
			}
			// No such thread: it has ended by itself
		}
	}

	@Override
	List<String> sessionsOf(Connection connection, String owner, Optional<String> recorded) throws SQLException {
		return Stream
			.concat(tagged(connection, tag(owner, Role.CONTROL)).stream(),
					tagged(connection, tag(owner, Role.STEP)).stream())
			.toList();
	}

}
