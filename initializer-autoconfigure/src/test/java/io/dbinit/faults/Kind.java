package io.dbinit.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import io.dbinit.testing.MongoDb;
import io.dbinit.testing.Servers;
import org.h2.tools.Server;

import org.springframework.util.FileSystemUtils;

/**
 * The kinds of databases on which the suite runs.
 */
enum Kind {

	/** A server of its own. */
	POSTGRESQL("PostgreSQL") {

		@Override
		Site create() {
			return Site.of(this, Servers.postgreSql());
		}

	},

	/** A server of its own. */
	MARIADB("MariaDB") {

		@Override
		Site create() {
			return Site.of(this, Servers.mariaDb());
		}

	},

	/** A file that the process of the service opens itself. */
	H2("H2 (file)") {

		@Override
		Site create() {
			return Site.of(this, "jdbc:h2:file:%s/db;USER=sa;PASSWORD=".formatted(folder()));
		}

	},

	/** A file that a server in the JVM of the tests opens. */
	H2_SERVER("H2 (server)") {

		@Override
		Site create() {
			return Site.of(this,
					"jdbc:h2:tcp://localhost:%d/%s/db;USER=sa;PASSWORD=".formatted(H2Server.PORT, folder()));
		}

	},

	/** The server that is found. */
	MONGODB("MongoDB") {

		@Override
		Site create() {
			return Site.of(this, MongoDb.uri(MongoDb.database()));
		}

		@Override
		String version() {
			return MongoDb.description();
		}

	};

	private static final Path FOLDER = Path.of("target/faults/h2").toAbsolutePath();

	private static final AtomicInteger counter = new AtomicInteger();

	private final String title;

	Kind(String title) {
		this.title = title;
	}

	/** Create an empty database. */
	abstract Site create();

	String title() {
		return this.title;
	}

	boolean isH2() {
		return this == H2 || this == H2_SERVER;
	}

	boolean isSql() {
		return this != MONGODB;
	}

	String version() {
		try (Connection connection = DriverManager.getConnection(create().url())) {
			return connection.getMetaData().getDatabaseProductName() + " "
					+ connection.getMetaData().getDatabaseProductVersion();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path folder() {
		Path folder = FOLDER.resolve(String.valueOf(counter.incrementAndGet()));
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return folder;
	}

	private static final class H2Server {

		private static final int PORT = start();

		private static int start() {
			try {
				return Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start().getPort();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
