package io.dbinit.liquibase;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.dbinit.InitializationException;
import io.dbinit.Report;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.lockservice.LockServiceFactory;
import liquibase.lockservice.StandardLockService;
import org.awaitility.Awaitility;
import org.h2.api.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link InitializerLockService}. Left to itself, Liquibase waits five minutes
 * for a lock.
 */
@Timeout(60)
@RequiresServer
class InitializerLockServiceTests {

	private static final String WAIT = "liquibase.changelogLockWaitTimeInMinutes";

	private static final String ONE = """
			--changeset a:one
			create table one as select lockedby, locked from DATABASECHANGELOGLOCK;
			""";

	private static final String TWO = ONE + """
			--changeset a:two
			create table two (id int);
			""";

	@TempDir
	private Path directory;

	@AfterEach
	void reset() {
		System.clearProperty(WAIT);
	}

	@Test
	void setsTheLockWhileItRuns() {
		Application application = new Application(this.directory, Servers.h2()).changeLog(ONE);
		application.start();
		assertThat(application.query("select lockedby from one")).singleElement().asString().startsWith("db-init ");
		assertThat(application.query("select locked from one")).containsExactly("TRUE");
		assertThat(application.query("select locked from DATABASECHANGELOGLOCK")).containsExactly("FALSE");
	}

	@Test
	void quotesItsOwnTablesAsLiquibaseDoesWhicheverStrategyTheChangeLogHas() {
		for (String strategy : new String[] { "QUOTE_ALL_OBJECTS", "QUOTE_ONLY_RESERVED_WORDS", "LEGACY" }) {
			for (String url : new String[] { Servers.postgreSql(), Servers.h2(), Servers.mariaDb() }) {
				Application application = new Application(this.directory, url).yaml("""
						- objectQuotingStrategy: %s
						- changeSet:
						    id: 1
						    author: a
						    changes:
						    - createTable:
						        tableName: One
						        columns:
						        - column: { name: Id, type: int }
						""".formatted(strategy));
				assertThat(Application.step(application.start()).changeTexts()).as(strategy + " on " + url).hasSize(1);
				assertThat(application.query("select count(*) from DATABASECHANGELOG")).containsExactly("1");
				assertThat(application.query("select count(*) from DATABASECHANGELOGLOCK where lockedby is null"))
					.containsExactly("1");
			}
		}
	}

	@Test
	void createsItsTableBeforeItTakesTheLock() {
		for (String url : new String[] { Servers.postgreSql(), Servers.h2(), Servers.mariaDb() }) {
			Application application = new Application(this.directory, url).yaml("""
					- changeSet:
					    id: 1
					    author: a
					    changes:
					    - tagDatabase: { tag: t1 }
					- changeSet:
					    id: 2
					    author: a
					    changes:
					    - sql: { sql: create table two (id int) }
					""");
			application.customizer = (liquibase) -> liquibase.setTag("t1");
			assertThat(Application.step(application.start()).changeTexts()).as(url)
				.containsExactly("changeset db/changelog.yaml::1::a");
			application.customizer = (liquibase) -> liquibase.setTag("absent");
			assertThat(Application.step(application.start()).changeTexts()).as(url)
				.containsExactly("changeset db/changelog.yaml::2::a");
		}
	}

	@Test
	void clearsChecksumsOfAnEmptyDatabase() {
		for (String url : new String[] { Servers.postgreSql(), Servers.h2(), Servers.mariaDb() }) {
			Application application = new Application(this.directory, url).changeLog(ONE);
			application.customizer = (liquibase) -> liquibase.setClearCheckSums(true);
			assertThat(Application.step(application.start()).changeTexts()).as(url).hasSize(1);
		}
	}

	@Test
	void testsTheRollbackOnAnEmptyDatabase() {
		for (String url : new String[] { Servers.postgreSql(), Servers.h2(), Servers.mariaDb() }) {
			Application application = new Application(this.directory, url).changeLog("""
					--changeset a:one
					create table one (id int);
					--rollback drop table one;
					""");
			application.customizer = (liquibase) -> liquibase.setTestRollbackOnUpdate(true);
			application.start();
			assertThat(application.query("select count(*) from one")).as(url).containsExactly("0");
			assertThat(application.query("select count(*) from DATABASECHANGELOG")).containsExactly("1");
		}
	}

	@Test
	void signsTheLockBeforeOthersSeeIt() {
		LockObserver.url = Servers.h2();
		Application application = new Application(this.directory, LockObserver.url).changeLog(ONE);
		application.start();
		Servers.execute(LockObserver.url, "create trigger observer before update on DATABASECHANGELOGLOCK for each row "
				+ "call '%s'".formatted(LockObserver.class.getName()));
		application.changeLog(TWO).start();
		assertThat(LockObserver.seen).isNotEmpty().containsOnly("FALSE");
	}

	@Test
	void clearsTheLockOfADeadInitializer() {
		for (String url : new String[] { Servers.h2(), Servers.postgreSql(), Servers.mariaDb() }) {
			assertThat(startsWithLock(url, "db-init host", null)).as(url).hasSize(1);
		}
	}

	@Test
	void clearsTheLockOfAnotherWhenNobodyIsConnected() {
		assertThat(startsWithLock(Servers.postgreSql(), "host (127.0.0.1)", null)).hasSize(1);
		assertThat(startsWithLock(Servers.h2(), "host (127.0.0.1)", null)).hasSize(1);
	}

	@Test
	void clearsTheLockOfAnotherWhenNobodyIsConnectedFromItsAddress() throws Exception {
		String url = Servers.postgreSql();
		try (Connection other = DriverManager.getConnection(url)) {
			assertThat(startsWithLock(url, "host (10.254.1.2)", other)).hasSize(1);
		}
	}

	@Test
	void doesNotClearTheLockOfOneWhoMayBeThere() throws Exception {
		System.setProperty(WAIT, "0");
		for (String url : new String[] { Servers.postgreSql(), Servers.mariaDb(), Servers.h2() }) {
			try (Connection other = DriverManager.getConnection(url)) {
				assertThatExceptionOfType(InitializationException.class).as(url)
					.isThrownBy(() -> startsWithLock(url, "host (127.0.0.1)", other))
					.withMessageContaining("host (127.0.0.1)")
					.satisfies((ex) -> assertThat(ex.getAction()).containsIgnoringCase("DATABASECHANGELOGLOCK"));
			}
			assertThat(new Application(this.directory, url).query("select count(*) from DATABASECHANGELOG"))
				.containsExactly("1");
		}
	}

	@Test
	void waitsForOneWhoIsThere() throws Exception {
		String url = Servers.postgreSql();
		try (Connection other = DriverManager.getConnection(url)) {
			Application application = new Application(this.directory, url).changeLog(ONE);
			application.start();
			lock(url, "host (127.0.0.1)");
			application.changeLog(TWO);
			CompletableFuture<Report> start = CompletableFuture.supplyAsync(application::start);
			Awaitility.await()
				.until(() -> application.current()
					.filter((lease) -> lease.activity()
						.contains("waiting for Liquibase's lock, held by host (127.0.0.1)"))
					.isPresent());
			Servers.execute(url, "update DATABASECHANGELOGLOCK set locked = false, lockedby = null");
			assertThat(Application.step(start.get(30, TimeUnit.SECONDS)).changeTexts()).hasSize(1);
		}
	}

	@Test
	void leavesTheLockToLiquibaseElsewhere() throws Exception {
		String url = Servers.h2();
		Application application = new Application(this.directory, url).changeLog(ONE);
		try (Connection connection = DriverManager.getConnection(url)) {
			Database database = DatabaseFactory.getInstance()
				.findCorrectDatabaseImplementation(new JdbcConnection(connection));
			assertThat(LockServiceFactory.getInstance().getLockService(database))
				.isExactlyInstanceOf(StandardLockService.class);
		}
		SpringLiquibase elsewhere = application.bean();
		elsewhere.setResourceLoader(new DefaultResourceLoader(
				new java.net.URLClassLoader(new java.net.URL[] { this.directory.toUri().toURL() })));
		elsewhere.afterPropertiesSet();
		assertThat(application.query("select lockedby from one")).singleElement()
			.asString()
			.doesNotStartWith("db-init");
	}

	/**
	 * Looks at the lock as others do, at the moment when it is signed.
	 */
	public static class LockObserver implements Trigger {

		private static final int LOCKEDBY = 3;

		private static final List<String> seen = new ArrayList<>();

		private static String url;

		@Override
		public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
			if (String.valueOf(after[LOCKEDBY]).startsWith("db-init ")) {
				try (Connection other = DriverManager.getConnection(url);
						Statement statement = other.createStatement();
						ResultSet row = statement.executeQuery("select locked from DATABASECHANGELOGLOCK")) {
					row.next();
					seen.add(row.getString(1));
				}
			}
		}

	}

	private List<String> startsWithLock(String url, String holder, Connection other) {
		Application application = new Application(this.directory, url).changeLog(ONE);
		application.start();
		lock(url, holder);
		Report report = application.changeLog(TWO).start();
		assertThat(application.query("select locked from DATABASECHANGELOGLOCK where lockedby is not null")).isEmpty();
		return Application.step(report).changeTexts();
	}

	private static void lock(String url, String holder) {
		Servers.execute(url,
				"update DATABASECHANGELOGLOCK set locked = %s, lockgranted = current_timestamp, lockedby = '%s'"
					.formatted(url.contains("mariadb") ? "1" : "true", holder));
	}

}
