package io.dbinit.jdbc;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import io.dbinit.transfer.Dumper;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Dumps with {@code mariadb-dump} or {@code mysqldump} in one transaction.
 */
final class MySqlDumper implements Dumper {

	private static final String FILE = "database.sql.gz";

	private static final String TABLES = """
			select concat('`', replace(table_name, '`', '``'), '`') from information_schema.tables
			where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED')
				and table_name not in (%s)
			order by 1""";

	private final DumpSource source;

	MySqlDumper(DumpSource source) {
		this.source = source;
	}

	@Override
	public long size() throws SQLException {
		return Sql.value(this.source.connection(), """
				select cast(coalesce(sum(data_length + index_length), 0) as unsigned) from information_schema.tables
				where table_schema = database()""").map(Long::parseLong).orElse(0L);
	}

	@Override
	public Map<String, Long> count() throws SQLException {
		return this.source.count(TABLES.formatted(DumpSource.leftOut()));
	}

	private boolean isMariaDb() throws SQLException {
		return Sql.value(this.source.connection(), "select version()").orElse("").contains("MariaDB");
	}

	private ExternalTool dumpTool(Options options) throws Exception {
		if (isMariaDb()) {
			return ExternalTool.find(options.tools(), "mariadb-dump", "mysqldump");
		}
		ExternalTool tool = ExternalTool.find(options.tools(), "mysqldump");
		DumpSource.requireVersion(tool, this.source.connection().getMetaData().getDatabaseMajorVersion());
		return tool;
	}

	private ExternalTool clientTool(Options options) throws Exception {
		return isMariaDb() ? ExternalTool.find(options.tools(), "mariadb", "mysql")
				: ExternalTool.find(options.tools(), "mysql");
	}

	@Override
	public Dump dump(Path directory, Options options) throws Exception {
		ExternalTool tool = dumpTool(options);
		String database = this.source.connection().getCatalog();
		Map<String, Long> before = count();
		List<String> arguments = new ArrayList<>(List.of("--single-transaction", "--quick", "--routines", "--triggers",
				"--events", "--hex-blob", "--no-tablespaces", "--skip-dump-date", "--default-character-set=utf8mb4"));
		DumpSource.LEFT_OUT.forEach((name) -> {
			arguments.add("--ignore-table=" + database + "." + name);
			arguments.add("--ignore-table=" + database + "." + name.toUpperCase(Locale.ROOT));
		});
		options.withoutData().forEach((name) -> arguments.add("--ignore-table-data=" + database + "." + name));
		arguments.add(database);
		try (OutputStream out = new GZIPOutputStream(
				new BufferedOutputStream(Files.newOutputStream(directory.resolve(FILE))))) {
			run(tool, arguments, null, out);
		}
		return new Dump(tool.version(), true, DumpSource.unchanged(before, count()));
	}

	@Override
	public void checkRestore(Options options) throws Exception {
		clientTool(options);
	}

	@Override
	public void restore(Path directory, Options options) throws Exception {
		ExternalTool tool = clientTool(options);
		this.source.drop().run();
		try (InputStream in = new GZIPInputStream(
				new BufferedInputStream(Files.newInputStream(directory.resolve(FILE))))) {
			run(tool, List.of("--default-character-set=utf8mb4", this.source.connection().getCatalog()), in,
					OutputStream.nullOutputStream());
		}
	}

	/**
	 * The password is in a file, since everyone on the machine can read arguments.
	 */
	private void run(ExternalTool tool, List<String> arguments, @Nullable InputStream in, OutputStream out)
			throws Exception {
		SimpleDriverDataSource endpoint = this.source.endpoint();
		String url = String.valueOf(endpoint.getUrl());
		URI server = URI.create(url.substring("jdbc:".length()).replaceFirst("[?].*", ""));
		String user = Objects.requireNonNullElseGet(endpoint.getUsername(), () -> parameter(url, "user"));
		String password = Objects.requireNonNullElseGet(endpoint.getPassword(), () -> parameter(url, "password"));
		Path file = DumpSource.secretFile("[client]%nhost=%s%nport=%d%nuser=%s%npassword=%s%nprotocol=tcp%n".formatted(
				quoted(Objects.requireNonNullElse(server.getHost(), "localhost")),
				(server.getPort() > 0) ? server.getPort() : 3306, quoted(user), quoted(password)));
		try {
			List<String> all = new ArrayList<>(List.of("--defaults-extra-file=" + file));
			if (!url.toLowerCase(Locale.ROOT).contains("sslmode=")) {
				all.add(isMariaDb() ? "--skip-ssl-verify-server-cert" : "--ssl-mode=PREFERRED");
			}
			all.addAll(arguments);
			tool.run(all, Map.of(), in, out);
		}
		finally {
			Files.delete(file);
		}
	}

	private static String parameter(String url, String name) {
		int query = url.indexOf('?');
		for (String parameter : ((query >= 0) ? url.substring(query + 1) : "").split("&")) {
			if (parameter.startsWith(name + "=")) {
				return parameter.substring(name.length() + 1);
			}
		}
		return "";
	}

	private static String quoted(String text) {
		return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

}
