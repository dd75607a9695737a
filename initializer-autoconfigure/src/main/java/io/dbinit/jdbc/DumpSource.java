package io.dbinit.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dbinit.InitializationException;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * The database that is dumped or restored.
 *
 * @param session the session of the steps
 * @param connector knows the address and the credentials
 * @param drop drops everything except the tables of the starter
 */
record DumpSource(ServerSession session, Connector connector, Runnable drop) {

	/**
	 * Tables that are never dumped: those of the starter, and Liquibase's lock, which it
	 * creates again.
	 */
	static final List<String> LEFT_OUT = Stream.concat(Tables.names().stream(), Stream.of("databasechangeloglock"))
		.toList();

	/**
	 * Return the names of the tables that are never dumped as a list of SQL.
	 */
	static String leftOut() {
		return LEFT_OUT.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

	Connection connection() {
		return this.session.connection();
	}

	Dialect dialect() {
		return this.session.dialect();
	}

	/**
	 * Return the address and the credentials, for a tool.
	 */
	SimpleDriverDataSource endpoint() {
		return this.connector.endpoint();
	}

	/**
	 * Count the rows of tables.
	 * @param tables a query for their names, quoted
	 * @return the number of rows of each, by its name
	 */
	Map<String, Long> count(String tables) throws SQLException {
		Map<String, Long> counts = new TreeMap<>();
		for (String table : Sql.query(connection(), tables, (row) -> row.getString(1))) {
			counts.put(table, Long.parseLong(Sql.value(connection(), "select count(*) from " + table).orElse("0")));
		}
		return counts;
	}

	/**
	 * Return the counts that are the same before and after a dump, and -1 for the others.
	 */
	static Map<String, Long> unchanged(Map<String, Long> before, Map<String, Long> after) {
		Map<String, Long> counts = new TreeMap<>(after);
		counts.replaceAll((table, count) -> count.equals(before.get(table)) ? count : -1L);
		return counts;
	}

	/**
	 * Write a text into a temporary file that only the user of the process can read.
	 * @param text the text, with secrets
	 * @return the file, which the caller deletes
	 */
	static Path secretFile(String text) throws IOException {
		boolean posix = Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");
		FileAttribute<?>[] attributes = posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
		Path file = Files.createTempFile("db-init-", ".conf", attributes);
		Files.writeString(file, text);
		return file;
	}

	/**
	 * Require a tool that is new enough for the server.
	 * @param tool the tool
	 * @param server the major version of the server
	 */
	static void requireVersion(ExternalTool tool, int server) {
		if (tool.majorVersion() < server) {
			throw new InitializationException(
					"'%s' has version %d, and the server has version %d".formatted(tool.name(), tool.majorVersion(),
							server),
					"Install the tools of version %d or newer, and name their directory with 'db-init.backup.tools'. Nothing was changed."
						.formatted(server),
					null);
		}
	}

	static String read(InputStream in) throws IOException {
		return new String(in.readAllBytes(), StandardCharsets.UTF_8);
	}

}
