package io.dbinit.jdbc;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.dbinit.testing.TestDatabase;
import io.dbinit.Journal;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.lock.AbstractLeaseStoreTests;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseStore;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the lease and the journal of PostgreSQL through PgBouncer in transaction
 * mode, where two transactions of a client may run in two sessions of the server.
 */
@RequiresServer
class PgBouncerTests extends AbstractLeaseStoreTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static Process process;

	private static int port;

	private final String direct = Servers.postgreSql();

	private final String pooled = this.direct.replaceFirst("localhost:\\d+", "localhost:" + port);

	@BeforeAll
	static void start(@TempDir Path directory) throws IOException {
		File executable = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((path) -> new File(path, "pgbouncer"))
			.filter(File::canExecute)
			.findFirst()
			.orElse(null);
		Assumptions.assumeTrue(executable != null,
				"No 'pgbouncer' on the PATH: install the package of that name to run these tests");
		port = freePort();
		String server = Servers.postgreSql().replaceFirst(".*localhost:(\\d+).*", "$1");
		Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
				[databases]
				* = host=localhost port=%s user=postgres
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = any
				pool_mode = transaction
				default_pool_size = 20
				""".formatted(server, port));
		// It refuses to run as root
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		List<String> command = new ArrayList<>(List.of(executable.getPath(), configuration.toString()));
		if ("root".equals(System.getProperty("user.name"))) {
			command.addAll(1, List.of("-u", "nobody"));
		}
		process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("log").toFile())
			.start();
		Awaitility.await().ignoreExceptions().until(() -> {
			new Socket("127.0.0.1", port).close();
			return true;
		});
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	static void stop() throws InterruptedException {
		if (process != null) {
			process.destroy();
			process.waitFor();
		}
	}

	@Override
	protected LeaseStore createStore() {
		return database().leases();
	}

	private TestDatabase database() {
		return new TestDatabase(new JdbcDatabase("test", new DriverManagerDataSource(this.pooled)));
	}

	@Test
	void isNamedAsLimitation() {
		TestDatabase database = database();
		try (LeaseStore store = database.leases()) {
			acquire(store, "a", LONG);
			assertThat(database.session().limitations()).singleElement().asString().contains("pooler");
		}
	}

	@Test
	void leavesNoStateInSessionsOfOthers() {
		TestDatabase database = database();
		try (LeaseStore store = database.leases()) {
			Lease lease = acquire(store, "a", LONG);
			for (int i = 0; i < 20; i++) {
				assertThat(store.renew(lease, LONG, "step " + i)).isTrue();
			}
			JdbcTemplate server = new JdbcTemplate(new DriverManagerDataSource(this.direct));
			assertThat(server.queryForObject("""
					select count(*) from pg_locks where locktype = 'advisory'
					and database = (select oid from pg_database where datname = current_database())""", Integer.class))
				.isZero();
			JdbcTemplate other = new JdbcTemplate(new DriverManagerDataSource(this.pooled));
			assertThat(other.queryForObject("show client_connection_check_interval", String.class)).isEqualTo("0");
		}
	}

	@Test
	void livingHolderIsNotTakenForDead() {
		Lease lease = acquire(store(), "a", LONG);
		assertThat(store().tryAcquire("b", LONG)).isEmpty();
		assertThat(store().current()).map(Lease::token).hasValue(lease.token());
	}

	@Test
	void transactionOfFrozenHolderIsEndedBeforeTheNextOneWorks() throws Exception {
		TestDatabase frozen = database();
		try (LeaseStore frozenStore = frozen.leases()) {
			Lease first = acquire(frozenStore, "frozen:1:aaaaaaaa", SHORT);
			Connection connection = frozen.unwrap(Connection.class);
			connection.createStatement().execute("create table work (id integer)");
			frozen.journal(first).begin(run(first, Outcome.RUNNING), "test");
			connection.setAutoCommit(false);
			connection.createStatement().execute("insert into work values (1)");
			TestDatabase next = database();
			try (LeaseStore nextStore = next.leases()) {
				Lease second = awaitLease(nextStore, "next:1:bbbbbbbb", LONG);
				assertThat(next.terminateOrphans(second, TIMEOUT)).isNotEmpty();
				next.journal(second)
					.once("seed", "1",
							() -> next.unwrap(Connection.class)
								.createStatement()
								.execute("insert into work values (2)"));
				assertThatExceptionOfType(Exception.class).isThrownBy(connection::commit);
				assertThat(new JdbcTemplate(new DriverManagerDataSource(this.direct))
					.queryForList("select id from work", Integer.class)).containsExactly(2);
			}
		}
	}

	@Test
	void keepsJournal() throws Exception {
		TestDatabase database = database();
		try (LeaseStore store = database.leases()) {
			Lease lease = acquire(store, "a", LONG);
			for (int i = 0; i < 10; i++) {
				Journal journal = database.journal(lease);
				journal.begin(run(lease, Outcome.RUNNING), "test");
				journal.intend("a", "change");
				journal.conclude("a", "change");
				journal.once("seed", "v" + i, () -> {
				});
				journal.end(run(lease, Outcome.DONE), Map.of("seed", "v" + i), Map.of());
				assertThat(database.look(TIMEOUT).steps()).containsEntry("seed", "v" + i);
			}
			assertThat(database.look(TIMEOUT).complete()).isTrue();
		}
	}

	private static RunReport run(Lease lease, Outcome outcome) {
		return new RunReport("1", lease.token(), "host", "app", lease.since(), null, outcome, null, List.of());
	}

}
