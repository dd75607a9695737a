package io.dbinit.transfer;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.dbinit.testing.Servers;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The PostgreSQL of the machine with its {@code pg_dump}, which the server of the other
 * tests does not bring.
 */
final class SystemPostgreSql {

	/** The directory of the programs, {@code null} if there is none. */
	static final @Nullable Path BIN = find();

	private static final AtomicInteger counter = new AtomicInteger();

	private static @Nullable String server;

	private SystemPostgreSql() {
	}

	private static @Nullable Path find() {
		Path versions = Path.of("/usr/lib/postgresql");
		if (!Files.isDirectory(versions)) {
			return null;
		}
		try (Stream<Path> children = Files.list(versions)) {
			return children.map((version) -> version.resolve("bin"))
				.filter((bin) -> Files.isExecutable(bin.resolve("pg_dump"))
						&& Files.isExecutable(bin.resolve("initdb")))
				.max(Comparator.naturalOrder())
				.orElse(null);
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Return the URL of a new database.
	 */
	static synchronized String url() {
		Path bin = BIN;
		assumeTrue(bin != null, "PostgreSQL with pg_dump is not installed in /usr/lib/postgresql");
		String server = SystemPostgreSql.server;
		if (server == null) {
			server = start(bin);
			SystemPostgreSql.server = server;
		}
		String name = "backup_" + counter.incrementAndGet();
		Servers.execute(server.formatted("postgres"), "create database " + name);
		return server.formatted(name);
	}

	/**
	 * PostgreSQL refuses to run as root, which a user namespace hides.
	 */
	private static String start(Path bin) {
		try {
			Path data = Files.createTempDirectory("postgresql");
			int port = port();
			List<String> prefix = "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
			Process initdb = process(prefix, bin.resolve("initdb").toString(), "-D", data.toString(), "-U", "postgres",
					"-A", "trust", "--no-sync", "-E", "UTF8");
			if (initdb.waitFor() != 0) {
				throw new IllegalStateException("initdb ended with " + initdb.exitValue());
			}
			Process server = process(prefix, bin.resolve("postgres").toString(), "-D", data.toString(), "-p",
					String.valueOf(port), "-k", "", "-F", "-c", "listen_addresses=127.0.0.1");
			Runtime.getRuntime().addShutdownHook(new Thread(() -> {
				server.destroy();
				FileSystemUtils.deleteRecursively(data.toFile());
			}));
			String url = "jdbc:postgresql://127.0.0.1:%d/%%s?user=postgres".formatted(port);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.ignoreExceptions()
				.untilAsserted(() -> Servers.execute(url.formatted("postgres"), "select 1"));
			return url;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static Process process(List<String> prefix, String... command) throws IOException {
		List<String> all = new ArrayList<>(prefix);
		all.addAll(List.of(command));
		return new ProcessBuilder(all).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	private static int port() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

}
