package io.dbinit.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The commands, each in a process of its own.
 */
@Tag("sample")
class CommandTests {

	private static final int DONE = 0;

	private static final int FAILED = 1;

	private static final int PENDING = 2;

	private static final int REFUSED = 4;

	private static final int USAGE = 64;

	@TempDir
	Path directory;

	@Test
	void setsUpVerifiesAndShows() throws Exception {
		Result empty = run("status", "--check");
		assertThat(empty.code()).as(empty.err()).isEqualTo(PENDING);
		assertThat(empty.out()).contains("jdbc", "pending", "flyway, seed customers, verify tables");
		assertThat(run("verify").code()).isEqualTo(PENDING);
		Result setup = run("setup");
		assertThat(setup.code()).as(setup.err()).isEqualTo(DONE);
		assertThat(setup.out()).contains("migration 'V1__customers.sql'", "Worked on jdbc");
		assertThat(setup.err()).doesNotContain("Tomcat started");
		assertThat(run("status", "--check").code()).isEqualTo(DONE);
		Result verified = run("verify", "--json");
		assertThat(verified.code()).as(verified.err()).isEqualTo(DONE);
		assertThat(verified.json().at("/message").asString()).isEqualTo("Verified jdbc");
		JsonNode status = run("status", "--wait=30s", "--json").json().at("/databases/0");
		assertThat(status.at("/complete").asBoolean()).isTrue();
		assertThat(status.at("/environment").asString()).isEqualTo("development");
		assertThat(status.at("/migrations/0/current").asString()).isEqualTo("2");
		String run = status.at("/runs/0/id").asString();
		assertThat(run("history").out()).contains(run.substring(0, 8), "DONE");
		assertThat(run("history", run.substring(0, 8)).out()).contains("Run " + run, "migration 'V2__orders.sql'");
		assertThat(run("unlock").out()).contains("The lock of 'jdbc' is free");
		try (Connection connection = DriverManager.getConnection(url(), "sa", "")) {
			connection.createStatement().execute("drop view customer_totals");
		}
		Result differing = run("verify");
		assertThat(differing.code()).isEqualTo(PENDING);
		assertThat(differing.out()).containsIgnoringCase("customer_totals");
	}

	@Test
	void explainsItself() throws Exception {
		Result help = run("--help");
		assertThat(help.code()).isEqualTo(DONE);
		assertThat(help.out()).contains("Usage: db-init", "setup", "64   usage");
		assertThat(run("status", "--help").out()).contains("db-init status --wait=10m");
		assertThat(run("completion", "bash").out()).contains("complete ", "db-init");
		Result none = run();
		assertThat(none.code()).isEqualTo(USAGE);
		assertThat(none.err()).contains("Usage: db-init");
		assertThat(run("stauts").err()).contains("Unmatched argument", "stauts");
		Result time = run("status", "--wait=30");
		assertThat(time.code()).isEqualTo(USAGE);
		assertThat(time.err()).contains("'30' is not a time with a unit");
	}

	@Test
	void refusesWhatIsNotValidBeforeADatabaseIsTouched() throws Exception {
		Result property = run("setup", "--db-init.lock.leese=1s");
		assertThat(property.code()).as(property.err()).isEqualTo(REFUSED);
		assertThat(property.err()).contains("Unknown property 'db-init.lock.leese'");
		Path seeds = Files.createDirectory(this.directory.resolve("seeds"));
		Files.writeString(seeds.resolve("broken.yml"), "id: a\ntabel: t\n");
		Result definition = run("setup", "--db-init.seeds.locations=file:" + seeds + "/");
		assertThat(definition.code()).as(definition.err()).isEqualTo(REFUSED);
		assertThat(definition.err()).contains("broken.yml", "tabel");
		assertThat(definition.out()).isEmpty();
		assertThat(this.directory.resolve("h2.mv.db")).doesNotExist();
	}

	@Test
	void saysThatADatabaseCannotBeReached() throws Exception {
		Result status = run("status", "--spring.datasource.url=jdbc:h2:tcp://localhost:1/nowhere");
		assertThat(status.code()).as(status.err()).isEqualTo(FAILED);
		assertThat(status.out()).contains("unreachable");
		assertThat(run("history", "none").code()).isEqualTo(USAGE);
	}

	@Test
	void plansAndDoesOnePart() throws Exception {
		Result plan = run("plan", "--sql");
		assertThat(plan.code()).as(plan.err()).isEqualTo(PENDING);
		assertThat(plan.out()).contains("migration 'V1__customers.sql'", "create table customers",
				"seed 'customers' into 'customers', mode", "4 changes are planned");
		assertThat(run("plan", "--json").json().at("/databases/0/plan/0/changes/0/text").asString())
			.isEqualTo("migration 'V1__customers.sql'");
		Result unknown = run("migrate", "--to=9");
		assertThat(unknown.code()).isEqualTo(FAILED);
		assertThat(unknown.err()).contains("No migration with a target version 9");
		Result migrated = run("migrate", "--to=2");
		assertThat(migrated.code()).as(migrated.err()).isEqualTo(DONE);
		assertThat(migrated.out()).contains("V2__orders").doesNotContain("seed customers  DONE");
		assertThat(run("migrate").code()).isEqualTo(DONE);
		Result pending = run("status", "--check");
		assertThat(pending.code()).isEqualTo(PENDING);
		assertThat(pending.out()).contains("seed customers").doesNotContain("pending      flyway");
		assertThat(run("seed", "nobody").err()).contains("There is no seed 'nobody'", "'customers'");
		assertThat(run("seed", "--mark-applied=customers").code()).isEqualTo(DONE);
		assertThat(count("customers")).isZero();
		assertThat(run("setup").code()).isEqualTo(DONE);
		assertThat(count("customers")).isZero();
		Result again = run("seed", "--again=customers");
		assertThat(again.code()).as(again.err()).isEqualTo(DONE);
		assertThat(count("customers")).isEqualTo(2);
		assertThat(run("status", "--check").code()).isEqualTo(DONE);
		assertThat(run("plan").out()).contains("Nothing to do");
		Result forced = run("setup", "--force");
		assertThat(forced.code()).as(forced.err()).isEqualTo(DONE);
		assertThat(forced.out()).contains("Worked on jdbc");
		assertThat(count("customers")).isEqualTo(2);
		Result rollback = run("rollback", "--count=1", "--yes");
		assertThat(rollback.code()).as(rollback.err()).isEqualTo(FAILED);
		assertThat(rollback.err()).contains("cannot be undone");
	}

	@Test
	void rollsChangesetsBack() throws Exception {
		Result before = runWith("mnfst-rag", "migrate", "--to=documents-indexes");
		assertThat(before.code()).as(before.err()).isEqualTo(DONE);
		assertThat(before.out()).contains("documents-indexes").doesNotContain("document_chunks");
		Result setup = runWith("mnfst-rag", "setup", "--json");
		assertThat(setup.code()).as(setup.err()).isEqualTo(DONE);
		Result dry = runWith("mnfst-rag", "rollback", "--to=chat_sessions-indexes", "--dry-run");
		assertThat(dry.code()).as(dry.err()).isEqualTo(DONE);
		assertThat(dry.out()).contains("DROP TABLE PUBLIC.chat_messages").contains("roll back changeset");
		assertThat(count("chat_messages")).isZero();
		Result asked = runWith("mnfst-rag", "rollback", "--to=chat_sessions-indexes");
		assertThat(asked.code()).as(asked.err()).isEqualTo(REFUSED);
		assertThat(asked.err()).contains("environment 'development'", "--yes");
		Result done = runWith("mnfst-rag", "rollback", "--to=chat_sessions-indexes", "--yes");
		assertThat(done.code()).as(done.err()).isEqualTo(DONE);
		assertThatThrownBy(() -> count("chat_messages")).hasMessageContaining("CHAT_MESSAGES");
		Result status = runWith("mnfst-rag", "status", "--check");
		assertThat(status.code()).isEqualTo(PENDING);
		assertThat(status.out()).contains("liquibase", "(2 pending)");
		assertThat(runWith("mnfst-rag", "setup").code()).isEqualTo(DONE);
		assertThat(count("chat_messages")).isZero();
		String run = runWith("mnfst-rag", "status", "--json").json().at("/databases/0/runs/0/id").asString();
		Result ofRun = runWith("mnfst-rag", "rollback", "--run=" + run, "--yes", "--json");
		assertThat(ofRun.code()).as(ofRun.err()).isEqualTo(DONE);
		assertThat(ofRun.json().at("/databases/0/steps/0/changes").size()).isEqualTo(2);
		Result none = runWith("mnfst-rag", "rollback", "--to=nothing", "--yes");
		assertThat(none.code()).isEqualTo(FAILED);
		assertThat(none.err()).contains("'nothing' is not among those that are applied");
	}

	@Test
	void rollsChangeUnitsBack() throws Exception {
		assertThat(runWith("wayra", "setup").code()).isEqualTo(DONE);
		Result dry = runWith("wayra", "rollback", "--count=1", "--dry-run");
		assertThat(dry.code()).as(dry.err()).isEqualTo(DONE);
		assertThat(dry.out()).contains("add-user-roles", "UserRolesChangeUnit.rollbackExecution()");
		Result done = runWith("wayra", "rollback", "--count=1", "--yes");
		assertThat(done.code()).as(done.err()).isEqualTo(DONE);
		assertThat(done.out()).contains("roll back change unit 'add-user-roles'");
		assertThat(runWith("wayra", "status", "--check").out()).contains("mongock none (1 pending)");
		Result again = runWith("wayra", "setup");
		assertThat(again.code()).as(again.err()).isEqualTo(DONE);
		assertThat(again.out()).contains("change unit 'add-user-roles'");
		Result reset = runWith("wayra", "reset", "--yes");
		assertThat(reset.code()).as(reset.err()).isEqualTo(DONE);
		assertThat(reset.out()).contains("change unit 'add-user-roles'", "create indexes");
		Result refused = runWith("wayra", "reset", "--yes", "--db-init.environment=production");
		assertThat(refused.code()).isEqualTo(REFUSED);
		assertThat(refused.err()).contains("'mongodb' must not be reset", "holds the data of 'development'");
	}

	@Test
	void backsUpAndRestores() throws Exception {
		String backups = "--db-init.backup.directory=" + this.directory.resolve("backups");
		assertThat(run("setup").code()).isEqualTo(DONE);
		int customers = count("customers");
		assertThat(run("backups", backups).out()).contains("There is no backup");
		Result made = run("backup", "--name=one", "--json", backups);
		assertThat(made.code()).as(made.err()).isEqualTo(DONE);
		assertThat(made.json().at("/backups/0/database").asString()).isEqualTo("jdbc");
		assertThat(run("backups", backups).out()).contains("one", "development");
		assertThat(run("status", "--check").code()).isEqualTo(DONE);
		try (Connection connection = DriverManager.getConnection(url(), "sa", "")) {
			connection.createStatement().execute("delete from customers");
		}
		Result unasked = run("restore", "one", "--drop", backups);
		assertThat(unasked.code()).isEqualTo(REFUSED);
		assertThat(unasked.err()).contains("its contents are replaced by those of the backup 'one'", "Add '--yes'");
		assertThat(run("restore", "one", "--yes", backups).code()).isEqualTo(REFUSED);
		assertThat(count("customers")).isZero();
		Result restored = run("restore", "one", "--drop", "--yes", backups);
		assertThat(restored.code()).as(restored.err()).isEqualTo(DONE);
		assertThat(count("customers")).isEqualTo(customers);
		assertThat(run("status", "--check").code()).isEqualTo(PENDING);
		Result setup = run("setup");
		assertThat(setup.code()).as(setup.err()).isEqualTo(DONE);
		assertThat(count("customers")).isEqualTo(customers);
		assertThat(run("status", "--check").code()).isEqualTo(DONE);
		Path dump = this.directory.resolve("backups/jdbc/one/dump/database.sql.gz");
		Files.write(dump, Arrays.copyOf(Files.readAllBytes(dump), 10));
		Result damaged = run("restore", "one", "--drop", "--yes", backups);
		assertThat(damaged.code()).isEqualTo(FAILED);
		assertThat(damaged.err()).contains("The backup 'one' is damaged", "Nothing was changed");
		assertThat(run("restore", "two", backups).code()).isEqualTo(USAGE);
	}

	@Test
	void backsUpAndRestoresCollections() throws Exception {
		String backups = "--db-init.backup.directory=" + this.directory.resolve("backups");
		assertThat(runWith("wayra", "setup").code()).isEqualTo(DONE);
		Result made = runWith("wayra", "backup", "--name=one", backups);
		assertThat(made.code()).as(made.err()).isEqualTo(DONE);
		Result restored = runWith("wayra", "restore", "one", "--drop", "--yes", backups);
		assertThat(restored.code()).as(restored.err()).isEqualTo(DONE);
		Result setup = runWith("wayra", "setup");
		assertThat(setup.code()).as(setup.err()).isEqualTo(DONE);
		assertThat(runWith("wayra", "status", "--check").code()).isEqualTo(DONE);
	}

	private int count(String table) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(), "sa", "");
				ResultSet row = connection.createStatement().executeQuery("select count(*) from " + table)) {
			row.next();
			return row.getInt(1);
		}
	}

	private String url() {
		return "jdbc:h2:" + this.directory.resolve("h2");
	}

	private Result run(String... arguments) throws Exception {
		return runWith("flyway", arguments);
	}

	private Result runWith(String profile, String... arguments) throws Exception {
		Path out = this.directory.resolve("out.txt");
		Path err = this.directory.resolve("err.txt");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), SampleApplication.class.getName(), "db-init"));
		command.addAll(Arrays.asList(arguments));
		command.add("--spring.profiles.active=" + profile);
		command.add("--sample.directory=" + this.directory.toAbsolutePath());
		Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
	}

	/**
	 * How a command ended.
	 */
	private record Result(int code, String out, String err) {

		JsonNode json() {
			return new JsonMapper().readTree(this.out);
		}

	}

}
