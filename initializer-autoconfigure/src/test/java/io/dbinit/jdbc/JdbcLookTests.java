package io.dbinit.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dbinit.testing.TestDatabase;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.UnavailableException;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcDatabase#look}: what it costs, and what it makes of a database
 * that does not answer.
 */
@RequiresServer
class JdbcLookTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	@Test
	void isOneStatementOnPostgreSql() {
		String url = Servers.postgreSql();
		complete(url);
		Servers.execute(url, "create extension pg_stat_statements");
		try (HikariDataSource pool = pool(url)) {
			TestDatabase database = new TestDatabase(new JdbcDatabase("test", pool));
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute("select pg_stat_statements_reset()");
			assertThat(database.look(TIMEOUT).complete()).isTrue();
			assertThat(jdbc.queryForList("""
					select query from pg_stat_statements s join pg_database d on d.oid = s.dbid
					where d.datname = current_database() and query not like '%pg_stat_statements%'""", String.class))
				.singleElement()
				.asString()
				.contains("db_init_database");
			assertThat(jdbc.queryForObject("select sum(calls) from pg_stat_statements where query like '%db_init_d%'",
					Integer.class))
				.isOne();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mariadb:", "jdbc:mysql:" })
	void isOneStatementOnMariaDb(String driver) {
		String url = Servers.mariaDb().replace("jdbc:mariadb:", driver);
		complete(url);
		try (HikariDataSource pool = pool(url)) {
			TestDatabase database = new TestDatabase(new JdbcDatabase("test", pool));
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			int before = questions(jdbc);
			int own = questions(jdbc) - before;
			int begin = questions(jdbc);
			assertThat(database.look(TIMEOUT).complete()).isTrue();
			assertThat(questions(jdbc) - begin - own).isOne();
		}
	}

	@Test
	void readsALedgerInTheSameStatementOnPostgreSql() {
		String url = Servers.postgreSql();
		complete(url);
		Servers.execute(url, "create extension pg_stat_statements",
				"create table ledger as select i as n, 'id ' || i as id, md5(i::text) as hash from generate_series(1, 5000) i");
		Ledger ledger = new Ledger("public", "ledger", "n", List.of("id", "hash"));
		try (HikariDataSource pool = pool(url)) {
			JdbcDatabase database = new JdbcDatabase("test", pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute("select pg_stat_statements_reset()");
			Marker marker = database.look(TIMEOUT, List.of(ledger));
			assertThat(marker.complete()).isTrue();
			assertThat(marker.ledgers()).containsOnlyKeys(ledger);
			assertThat(marker.ledgers().get(ledger)).startsWith("5000:5000:");
			assertThat(jdbc.queryForObject("select sum(calls) from pg_stat_statements where query like '%db_init_d%'",
					Integer.class))
				.isOne();
			assertThat(database.look(TIMEOUT, List.of(ledger))).isEqualTo(marker);
			jdbc.update("update ledger set hash = 'x' where n = 1");
			assertThat(database.look(TIMEOUT, List.of(ledger)).ledgers()).isNotEqualTo(marker.ledgers());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mariadb:", "jdbc:mysql:" })
	void readsALedgerInTheSameStatementOnMariaDb(String driver) {
		String url = Servers.mariaDb().replace("jdbc:mariadb:", driver);
		complete(url);
		Servers.execute(url,
				"create table ledger as select seq as n, concat('id ', seq) as id, md5(seq) as hash from seq_1_to_5000");
		Ledger ledger = new Ledger(null, "ledger", "n", List.of("id", "hash"));
		try (HikariDataSource pool = pool(url)) {
			JdbcDatabase database = new JdbcDatabase("test", pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			int before = questions(jdbc);
			int own = questions(jdbc) - before;
			int begin = questions(jdbc);
			Marker marker = database.look(TIMEOUT, List.of(ledger));
			assertThat(questions(jdbc) - begin - own).isOne();
			assertThat(marker.ledgers().get(ledger)).startsWith("5000:5000:");
			jdbc.update("update ledger set hash = 'x' where n = 1");
			assertThat(database.look(TIMEOUT, List.of(ledger)).ledgers()).isNotEqualTo(marker.ledgers());
		}
	}

	@Test
	void leavesOutLedgersThatCannotBeRead() {
		String url = Servers.postgreSql();
		complete(url);
		Servers.execute(url, "create table ledger (n integer, id text)", "insert into ledger values (1, 'a')");
		Ledger ledger = new Ledger(null, "ledger", "n", List.of("id"));
		Ledger missing = new Ledger("nowhere", "ledger", "n", List.of("id"));
		try (HikariDataSource pool = pool(url)) {
			Marker marker = new JdbcDatabase("test", pool).look(TIMEOUT, List.of(missing, ledger));
			assertThat(marker.complete()).isTrue();
			assertThat(marker.ledgers()).containsOnlyKeys(ledger);
		}
	}

	private static int questions(JdbcTemplate jdbc) {
		return jdbc.queryForObject("show session status like 'Questions'", (row, number) -> row.getInt(2));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void leavesPooledConnectionAsItWas(boolean autoCommit) throws SQLException {
		HikariConfig configuration = configuration(Servers.postgreSql());
		configuration.setAutoCommit(autoCommit);
		try (HikariDataSource pool = new HikariDataSource(configuration)) {
			new JdbcDatabase("test", pool).look(TIMEOUT);
			try (var connection = pool.getConnection()) {
				assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
				assertThat(connection.getNetworkTimeout()).isZero();
			}
		}
	}

	@Test
	void worksBehindProxy() {
		DataSource proxy = new LazyConnectionDataSourceProxy(pool(Servers.h2()));
		TestDatabase database = new TestDatabase(new JdbcDatabase("test", proxy));
		assertThat(database.look(TIMEOUT).complete()).isFalse();
		complete(database);
		assertThat(database.look(TIMEOUT).complete()).isTrue();
		assertThat(database.session().limitations()).isEmpty();
	}

	@Test
	void borrowsFromDataSourceThatDoesNotTellItsUrl() {
		String url = Servers.postgreSql();
		HikariConfig configuration = new HikariConfig();
		configuration.setDataSource(new DriverManagerDataSource(url));
		configuration.setMaximumPoolSize(3);
		try (HikariDataSource pool = new HikariDataSource(configuration)) {
			TestDatabase database = new TestDatabase(new JdbcDatabase("test", pool));
			complete(database);
			assertThat(database.look(TIMEOUT).complete()).isTrue();
			assertThat(database.session().limitations()).singleElement().asString().contains("HikariDataSource");
		}
	}

	@Test
	void usesSchemaOfPool() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create schema app");
		HikariConfig configuration = configuration(url);
		configuration.setSchema("app");
		try (HikariDataSource pool = new HikariDataSource(configuration)) {
			complete(new TestDatabase(new JdbcDatabase("test", pool)));
			assertThat(new JdbcTemplate(pool)
				.queryForList("select schemaname from pg_tables where tablename = 'db_init_database'", String.class))
				.containsExactly("app");
		}
	}

	@Test
	void twoSchemasOfOneDatabaseDoNotLockEachOther() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create schema one", "create schema two");
		try (LeaseStore one = store(url + "&currentSchema=one"); LeaseStore two = store(url + "&currentSchema=two")) {
			assertThat(one.tryAcquire("a", TIMEOUT)).isPresent();
			assertThat(two.tryAcquire("b", TIMEOUT)).isPresent();
		}
	}

	private static LeaseStore store(String url) {
		return new JdbcDatabase("test", new DriverManagerDataSource(url)).leases();
	}

	@Test
	void recognizesReadOnlyPostgreSql() {
		String url = Servers.postgreSql();
		String name = new JdbcTemplate(new DriverManagerDataSource(url)).queryForObject("select current_database()",
				String.class);
		Servers.execute(url, "alter database " + name + " set default_transaction_read_only = on");
		assertThat(look(url).readOnly()).isTrue();
	}

	@Test
	void recognizesReadOnlyMariaDb() {
		String url = Servers.mariaDb();
		complete(url);
		Servers.execute(url, "set global read_only = 1");
		try {
			Marker marker = look(url);
			assertThat(marker.readOnly()).isTrue();
			assertThat(marker.complete()).isTrue();
		}
		finally {
			Servers.execute(url, "set global read_only = 0");
		}
	}

	@Test
	void recognizesReadOnlyH2(@TempDir Path directory) {
		String url = "jdbc:h2:" + directory + "/db;USER=sa";
		Servers.execute(url, "create table t (id integer)");
		assertThat(look(url + ";ACCESS_MODE_DATA=r").readOnly()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://localhost:%d/db?user=u&password=secret",
			"jdbc:mariadb://localhost:%d/db?user=u&password=secret",
			"jdbc:mysql://localhost:%d/db?user=u&password=secret",
			"jdbc:h2:tcp://localhost:%d/db;USER=u;PASSWORD=secret",
			"jdbc:postgresql://no-such-host.invalid:%d/db?user=u&password=secret",
			"jdbc:mariadb://no-such-host.invalid:%d/db?user=u&password=secret",
			"jdbc:mysql://no-such-host.invalid:%d/db?user=u&password=secret" })
	void serverThatIsNotThereMayComeLater(String url) {
		String closed = url.formatted(closedPort());
		TestDatabase database = new TestDatabase(new JdbcDatabase("orders", new DriverManagerDataSource(closed)));
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> database.look(TIMEOUT))
				.withMessageStartingWith("'orders' is not available: ")
				.withMessageNotContaining("secret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://localhost:%d/db", "jdbc:mariadb://localhost:%d/db",
			"jdbc:mysql://localhost:%d/db" })
	void poolOfServerThatIsNotThereMayFillLater(String url) {
		try (HikariDataSource pool = lazyPool(url.formatted(closedPort()))) {
			TestDatabase database = new TestDatabase(new JdbcDatabase("orders", pool));
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> database.look(TIMEOUT))
					.withMessageStartingWith("'orders' is not available: ");
			}
		}
	}

	@Test
	void serverWithoutFreeConnectionsMayHaveSomeLater() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create role crowded_out login connection limit 0");
		String limited = url.replace("user=postgres", "user=crowded_out");
		assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> look(limited))
			.withMessageContaining("too many connections");
		Servers.execute(url, "alter role crowded_out connection limit 5");
		assertThat(look(limited).complete()).isFalse();
	}

	@Test
	void serverThatDoesNotAnswerIsGivenUp() throws IOException {
		try (ServerSocket silent = new ServerSocket(0)) {
			String url = "jdbc:postgresql://localhost:%d/db?user=u&loginTimeout=1".formatted(silent.getLocalPort());
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> look(url));
		}
	}

	@Test
	void unknownDatabaseFailsAtOnce() {
		assertFinal(Servers.postgreSql().replaceFirst("/test_[^?]*", "/nowhere"), "nowhere");
		assertFinal(Servers.mariaDb().replaceFirst("/test_[^?]*", "/nowhere"), "nowhere");
		assertFinal(Servers.mariaDbThroughMySqlDriver().replaceFirst("/test_[^?]*", "/nowhere"), "nowhere");
		assertFinal("jdbc:h2:mem:nowhere;IFEXISTS=TRUE", "nowhere");
	}

	@Test
	void wrongCredentialsFailAtOnce() {
		assertFinal(Servers.postgreSql().replace("user=postgres", "user=nobody"), "nobody");
		assertFinal(Servers.mariaDb().replace("password=test", "password=secret"), "Access denied");
		assertFinal(Servers.mariaDbThroughMySqlDriver().replace("password=test", "password=secret"), "Access denied");
		String h2 = Servers.h2();
		Servers.execute(h2, "create table t (id integer)");
		assertFinal(h2.replace("PASSWORD=", "PASSWORD=secret"), "Wrong user name or password");
	}

	@ParameterizedTest
	@CsvSource({ "28P01,0,false", "28000,0,false", "3D000,0,false", "08004,0,false", "08004,1040,true", "08001,0,true",
			"08006,0,true", "57P03,0,true", "57P01,0,true", "53300,0,true", "42000,1044,false", "42000,1049,false",
			"28000,1045,false", "42501,0,false", "22003,0,false", "90020,90020,true" })
	void tellsFromStateOfErrorWhetherToWait(String state, int code, boolean temporary) {
		SQLException ex = new SQLException("message", state, code);
		assertThat(SqlErrors.isTemporary(new IllegalStateException("pool", new SQLException("wrapped", ex))))
			.isEqualTo(temporary);
	}

	@Test
	void hidesCredentialsInMessages() {
		assertThat(SqlErrors.withoutCredentials(
				"jdbc:x://joe:secret@host:1/db?password=secret&a=b;PASSWORD=secret;x pwd=secret, passwd=secret"))
			.doesNotContain("secret")
			.contains("//***@host:1/db", "&a=b");
	}

	@Test
	void unknownDriverFailsAtOnce() {
		assertFinal("jdbc:nothing://joe:secret@host/db", "No suitable driver");
	}

	@Test
	void missingRightsAreNamed() {
		String url = Servers.postgreSql();
		Servers.execute(url, "create role reader_only login");
		TestDatabase database = new TestDatabase(new JdbcDatabase("test",
				new DriverManagerDataSource(url.replace("user=postgres", "user=reader_only"))));
		assertThat(database.look(TIMEOUT).complete()).isFalse();
		try (LeaseStore store = database.leases()) {
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> store.tryAcquire("a", TIMEOUT))
				.withMessageContaining("permission denied for schema public")
				.satisfies((ex) -> assertThat(ex.getAction()).contains("db_init_"));
		}
	}

	@Test
	void rightToCreateTablesIsNotNeededWhereTheyAreThere() {
		String url = Servers.postgreSql();
		complete(url);
		Servers.execute(url, "create role writer_only login", "delete from db_init_lock",
				"grant select, insert, update, delete on all tables in schema public to writer_only");
		TestDatabase database = new TestDatabase(new JdbcDatabase("test",
				new DriverManagerDataSource(url.replace("user=postgres", "user=writer_only"))));
		complete(database);
		assertThat(database.session().limitations()).isEmpty();
	}

	@Test
	void unsupportedProductIsNamed() {
		DatabaseMetaData metadata = (DatabaseMetaData) proxy(DatabaseMetaData.class,
				Map.of("getDatabaseProductName", "HSQL Database Engine", "getDatabaseProductVersion", "2.7"));
		Connection connection = (Connection) proxy(Connection.class, Map.of("getMetaData", metadata));
		DataSource dataSource = (DataSource) proxy(DataSource.class, Map.of("getConnection", connection));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> new JdbcDatabase("test", dataSource).look(TIMEOUT))
			.withMessage("The database product 'HSQL Database Engine' is not supported")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("PostgreSQL, MySQL, MariaDB or H2",
					"db-init.jdbc.enabled"));
	}

	/**
	 * Return an object whose other methods are not supported, as with older drivers.
	 */
	private static Object proxy(Class<?> type, Map<String, Object> answers) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			if (method.getReturnType() == void.class && "close".equals(method.getName())) {
				return null;
			}
			Object answer = answers.get(method.getName());
			if (answer == null) {
				throw new SQLFeatureNotSupportedException(method.getName());
			}
			return answer;
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 42102, 42103, 42104 })
	void recognizesMissingTableOfH2(int code) {
		assertThat(SqlErrors.isMissingTable(new SQLException("not found", "42S04", code))).isTrue();
	}

	@Test
	void dataSourceThatRefusesWritesIsReadOnly() {
		String url = Servers.postgreSql();
		complete(url);
		assertThat(look(url + "&readOnly=true").readOnly()).isTrue();
		assertThat(look(url).readOnly()).isFalse();
		for (String driver : List.of("jdbc:mariadb:", "jdbc:mysql:")) {
			HikariConfig configuration = configuration(Servers.mariaDb().replace("jdbc:mariadb:", driver));
			configuration.setReadOnly(true);
			try (HikariDataSource pool = new HikariDataSource(configuration)) {
				assertThat(new JdbcDatabase("test", pool).look(TIMEOUT).readOnly()).isTrue();
			}
		}
	}

	private static void assertFinal(String url, String reason) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> look(url))
			.withMessageContaining(reason)
			.withMessageNotContaining("secret");
		try (HikariDataSource pool = lazyPool(url)) {
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> new JdbcDatabase("test", pool).look(TIMEOUT))
				.withMessageContaining(reason)
				.withMessageNotContaining("secret");
		}
	}

	private static Marker look(String url) {
		return new JdbcDatabase("test", new DriverManagerDataSource(url)).look(TIMEOUT);
	}

	private static void complete(String url) {
		complete(new TestDatabase(new JdbcDatabase("test", new DriverManagerDataSource(url))));
	}

	private static void complete(TestDatabase database) {
		try (LeaseStore store = database.leases()) {
			Lease lease = store.tryAcquire("a", TIMEOUT).orElseThrow();
			Journal journal = database.journal(lease);
			journal.end(new RunReport("1", lease.token(), "host", "app", lease.since(), Duration.ZERO, Outcome.DONE,
					null, List.of()), Map.of("a", "1", "b", "2"), Map.of());
		}
	}

	private static HikariDataSource pool(String url) {
		return new HikariDataSource(configuration(url));
	}

	/**
	 * As Spring Boot makes it: without a connection until it is asked for one.
	 */
	private static HikariDataSource lazyPool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setConnectionTimeout(1000);
		return pool;
	}

	private static HikariConfig configuration(String url) {
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl(url);
		configuration.setMaximumPoolSize(1);
		return configuration;
	}

	private static int closedPort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
