package io.dbinit.transfer;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.NotAllowedException;
import io.dbinit.Report;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of backups and their restore on each kind of SQL server.
 */
@RequiresServer
class BackupTests {

	private static final String ONE = """
			--changeset a:one
			create table customer (id int primary key, name varchar(20) not null, amount decimal(12, 2), born date);
			create unique index customer_name on customer (name);
			create table item (id int primary key, customer int not null references customer (id));
			insert into customer values (1, 'Åsa; ''x''', 12.50, '2001-02-03'), (2, 'b', null, null);
			insert into item values (1, 2);
			create view names as select name from customer;
			""";

	private static final String TWO = ONE + """
			--changeset a:two
			create table two (id int primary key);
			""";

	@TempDir
	private Path directory;

	static Stream<Named<Supplier<String>>> servers() {
		return Stream.of(Named.of("PostgreSQL", SystemPostgreSql::url), Named.of("MariaDB", Servers::mariaDb),
				Named.of("H2", Servers::h2));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void restoresWhatWasBackedUp(Supplier<String> servers) {
		run(servers.get(), ONE, (context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			JdbcTemplate jdbc = jdbc(context);
			initializer.run();
			List<Map<String, Object>> customers = jdbc.queryForList("select * from customer order by id");
			Manifest backup = backup(context, "first");
			assertThat(backup.rows()).hasSize(3).containsValue(2L);
			assertThat(backup.records()).isNotEmpty();
			jdbc.update("delete from item");
			jdbc.update("delete from customer where id = 2");
			jdbc.update("create table later (id int primary key)");
			assertThatExceptionOfType(NotAllowedException.class)
				.isThrownBy(() -> restore(context, "first", false).inspectAll())
				.withMessageContaining("is not empty");
			Report restored = restore(context, "first", true).run();
			assertThat(restored.databases().get(0).steps().get(0).outcome()).isEqualTo(Outcome.DONE);
			assertThat(jdbc.queryForList("select * from customer order by id")).isEqualTo(customers);
			assertThat(jdbc.queryForObject("select count(*) from item", Integer.class)).isEqualTo(1);
			assertThat(jdbc.queryForObject("select count(*) from names", Integer.class)).isEqualTo(2);
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc.update("insert into customer (id, name) values (3, 'b')"));
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.update("insert into item values (2, 9)"));
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.queryForList("select * from later"));
			assertThat(backups(context).list()).extracting(Manifest::name)
				.hasSize(2)
				.anyMatch((name) -> name.startsWith("before-restore-"));
			// The whole database is compared once
			assertThat(initializer.run().outcome()).isEqualTo(Outcome.DONE);
			assertThat(initializer.run().outcome()).isEqualTo(Outcome.UP_TO_DATE);
		});
	}

	@ParameterizedTest
	@MethodSource("servers")
	void takesAPartOfABackupForIncomplete(Supplier<String> servers) {
		run(servers.get(), ONE, (context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			initializer.run();
			Manifest backup = backup(context, "first");
			Map<String, Long> others = new java.util.TreeMap<>(backup.rows());
			others.put("missing", 7L);
			Manifest wrong = new Manifest(backup.version(), backup.name(), backup.database(), backup.product(),
					backup.tool(), backup.environment(), backup.application(), backup.createdAt(), backup.duration(),
					backup.pointInTime(), others, backup.withoutData(), backup.records());
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> initializer.run("jdbc", new RestoreStep(backups(context), wrong, true)))
				.withMessageContaining("missing");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
				.withMessageContaining("'jdbc' holds a part of the backup 'first', whose restore was killed");
			restore(context, "first", true).run();
			assertThat(initializer.run().state()).isEqualTo(State.COMPLETE);
		});
	}

	@Test
	void refusesADamagedBackup() {
		run(Servers.h2(), ONE, (context) -> {
			context.getBean(Initializer.class).run();
			Path files = backups(context).directory(backup(context, "first"));
			Path dump = files.resolve("dump/database.sql.gz");
			byte[] content = Files.readAllBytes(dump);
			content[content.length / 2] ^= 1;
			Files.write(dump, content);
			assertDamaged(context, "'dump/database.sql.gz' is not as it was written");
			content[content.length / 2] ^= 1;
			Files.write(dump, java.util.Arrays.copyOf(content, content.length - 1));
			assertDamaged(context, "'dump/database.sql.gz' is not as it was written");
			Files.delete(dump);
			assertDamaged(context, "'dump/database.sql.gz' is missing");
			Files.write(dump, content);
			Files.writeString(files.resolve("dump/more.sql"), "drop table customer");
			assertDamaged(context, "'dump/more.sql' is not a part of it");
			Files.delete(files.resolve("dump/more.sql"));
			assertThat(backups(context).verified("first", null).name()).isEqualTo("first");
		});
	}

	private static void assertDamaged(AssertableApplicationContext context, String problem) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> backups(context).verified("first", null))
			.withMessage("The backup 'first' is damaged: " + problem);
	}

	@Test
	void keepsFilesPrivateAndLeavesLocksOut() {
		run(Servers.h2(), ONE, (context) -> {
			context.getBean(Initializer.class).run();
			Manifest backup = backup(context, "first");
			assertThat(backup.rows().keySet()).hasSize(3)
				.noneMatch((name) -> name.contains("DB_INIT_") || name.contains("DATABASECHANGELOGLOCK"));
			Path files = backups(context).directory(backup);
			try (Stream<Path> all = Files.walk(files)) {
				assertThat(all.filter(Files::isRegularFile)).hasSize(3)
					.allSatisfy((file) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
						.isEqualTo("rw-------"));
			}
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> backup(context, "first"))
				.withMessage("There is a backup 'first' of 'jdbc' already");
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> backup(context, "../first"));
			try (Stream<Path> children = Files.list(files.getParent())) {
				assertThat(children).containsExactly(files);
			}
		});
	}

	@Test
	void backsUpBeforeAMigrationAndOnlyThen() {
		String url = Servers.h2();
		String[] properties = { "db-init.backup.before-migration=true" };
		run(url, ONE, (context) -> {
			context.getBean(Initializer.class).run();
			assertThat(backups(context).list()).isEmpty();
			assertThat(context.getBean(Initializer.class).run().outcome()).isEqualTo(Outcome.UP_TO_DATE);
			assertThat(backups(context).list()).isEmpty();
		}, properties);
		run(url, TWO, (context) -> {
			Report report = context.getBean(Initializer.class).run();
			assertThat(report.databases().get(0).steps().get(0).changeTexts()).singleElement()
				.asString()
				.startsWith("backup 'before-migration-");
			assertThat(backups(context).list()).singleElement()
				.satisfies((backup) -> assertThat(backup.rows()).doesNotContainKey("\"PUBLIC\".\"TWO\"")
					.containsEntry("\"PUBLIC\".\"CUSTOMER\"", 2L));
			assertThat(context.getBean(Initializer.class).run().outcome()).isEqualTo(Outcome.UP_TO_DATE);
			assertThat(backups(context).list()).hasSize(1);
		}, properties);
	}

	@Test
	void changesNothingIfTheBackupBeforeAMigrationFails() throws Exception {
		String url = Servers.h2();
		run(url, ONE, (context) -> context.getBean(Initializer.class).run());
		Files.writeString(this.directory.resolve("file"), "");
		run(url, TWO, (context) -> {
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> context.getBean(Initializer.class).run())
				.withMessageStartingWith("Failed at step 'backup' of 'jdbc'");
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc(context).queryForList("select * from two"));
		}, "db-init.backup.before-migration=true", "db-init.backup.directory=" + this.directory.resolve("file/below"));
	}

	@Test
	void refusesToolsThatAreOlderThanTheServer() {
		assumeTrue(SystemPostgreSql.BIN != null, "needs an older pg_dump");
		run(Servers.postgreSql(), ONE, (context) -> {
			context.getBean(Initializer.class).run();
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> backup(context, "first"))
				.withMessageMatching("'pg_dump' has version \\d+, and the server has version 17");
			assertThat(backups(context).list()).isEmpty();
		});
	}

	@Test
	void namesAMissingTool() {
		run(Servers.mariaDb(), ONE, (context) -> {
			context.getBean(Initializer.class).run();
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> backup(context, "first"))
				.withMessage("There is no 'mariadb-dump' or 'mysqldump' in '%s'".formatted(this.directory));
		}, "db-init.backup.tools=" + this.directory);
	}

	@Test
	void deletesOldBackupsButNotTheLastGoodOne() {
		run(Servers.h2(), ONE, (context) -> {
			context.getBean(Initializer.class).run();
			backup(context, "a");
			backup(context, "b");
			Path newest = backups(context).directory(backup(context, "c"));
			Files.delete(newest.resolve("dump/database.sql.gz"));
			BackupProperties properties = new BackupProperties();
			properties.setDirectory(this.directory.resolve("backups"));
			Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
			assertThat(new Backups(properties, later).prune("jdbc")).extracting(Manifest::name)
				.containsExactly("c", "a");
			assertThat(backups(context).list()).extracting(Manifest::name).containsExactly("b");
		});
	}

	private static Backups backups(AssertableApplicationContext context) {
		return context.getBean(Backups.class);
	}

	private static Manifest backup(AssertableApplicationContext context, String name) {
		Initializer initializer = context.getBean(Initializer.class);
		return initializer.read("jdbc",
				(session, marker) -> backups(context).create("jdbc", name, initializer.application(), session, marker));
	}

	private static Restore restore(AssertableApplicationContext context, String name, boolean drop) {
		RestoreStep step = new RestoreStep(backups(context), backups(context).verified(name, null), drop);
		return new Restore(context.getBean(Initializer.class), step);
	}

	private static JdbcTemplate jdbc(AssertableApplicationContext context) {
		return new JdbcTemplate(context.getBean(javax.sql.DataSource.class));
	}

	private void run(String url, String changelog, ContextConsumer<AssertableApplicationContext> test,
			String... properties) {
		Path folder = this.directory.resolve("resources");
		try {
			Files.createDirectories(folder.resolve("db"));
			Files.writeString(folder.resolve("db/changelog.sql"), "--liquibase formatted sql\n" + changelog);
			try (URLClassLoader loader = new URLClassLoader(new URL[] { folder.toUri().toURL() },
					getClass().getClassLoader())) {
				new ApplicationContextRunner().withClassLoader(loader)
					.withConfiguration(
							AutoConfigurations.of(DataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class,
									DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
									LiquibaseStepAutoConfiguration.class, BackupAutoConfiguration.class))
					.withPropertyValues("spring.datasource.url=" + url, "db-init.environment=test",
							"spring.liquibase.change-log=classpath:db/changelog.sql",
							"db-init.backup.directory=" + this.directory.resolve("backups"),
							"db-init.backup.tools=" + tools(url))
					.withPropertyValues(properties)
					.run(test);
			}
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String tools(String url) {
		if (url.startsWith("jdbc:postgresql:")) {
			return (SystemPostgreSql.BIN != null) ? SystemPostgreSql.BIN.toString() : "";
		}
		return new File("target/mariadb/bin").getAbsolutePath();
	}

	/**
	 * A restore.
	 */
	private record Restore(Initializer initializer, RestoreStep step) {

		Report run() {
			return this.initializer.run("jdbc", this.step);
		}

		/**
		 * Show the refusal itself.
		 */
		void inspectAll() {
			try {
				run();
			}
			catch (InitializationException ex) {
				Throwable cause = ex.getCause();
				throw (cause instanceof NotAllowedException refused) ? refused : ex;
			}
		}

	}

}
