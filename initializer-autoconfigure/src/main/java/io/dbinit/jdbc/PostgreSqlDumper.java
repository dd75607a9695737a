package io.dbinit.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.dbinit.transfer.Dumper;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Dumps with {@code pg_dump} in its custom format, from a snapshot in which the rows are
 * counted, too. {@code pg_restore} writes everything in one transaction.
 */
final class PostgreSqlDumper implements Dumper {

	private static final String FILE = "database.dump";

	/** Line of the table of contents for a schema. */
	private static final Pattern SCHEMA = Pattern.compile("\\d+; \\d+ \\d+ SCHEMA - (.+) \\S+");

	private static final String TABLES = """
			select format('%%I.%%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
				and n.nspname not like 'pg\\_%%' and c.relname not in (%s)
				and not exists (select 1 from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
					and d.deptype = 'e')
			order by 1""";

	private final DumpSource source;

	PostgreSqlDumper(DumpSource source) {
		this.source = source;
	}

	@Override
	public long size() throws SQLException {
		return Long
			.parseLong(Sql.value(this.source.connection(), "select pg_database_size(current_database())").orElse("0"));
	}

	@Override
	public Map<String, Long> count() throws SQLException {
		return this.source.count(TABLES.formatted(DumpSource.leftOut()));
	}

	@Override
	public Dump dump(Path directory, Options options) throws Exception {
		ExternalTool tool = ExternalTool.find(options.tools(), "pg_dump");
		DumpSource.requireVersion(tool, serverVersion());
		Connection connection = this.source.connection();
		int isolation = connection.getTransactionIsolation();
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		try {
			String snapshot = Sql.value(connection, "select pg_export_snapshot()").orElseThrow();
			Map<String, Long> rows = count();
			List<String> arguments = new ArrayList<>(List.of("--format=custom", "--no-password",
					"--snapshot=" + snapshot, "--file=" + directory.resolve(FILE)));
			DumpSource.LEFT_OUT.forEach((name) -> arguments.add("--exclude-table=*." + name));
			options.withoutData().forEach((name) -> arguments.add("--exclude-table-data=" + pattern(name)));
			withPassword((environment) -> tool.run(arguments, environment, null, OutputStream.nullOutputStream()));
			return new Dump(tool.version(), true, rows);
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
			connection.setTransactionIsolation(isolation);
		}
	}

	/**
	 * Return a pattern of pg_dump that matches exactly the tables of a name.
	 */
	private static String pattern(String table) {
		return "*." + '"' + table.substring(table.lastIndexOf('.') + 1).replace("\"", "\"\"") + '"';
	}

	private int serverVersion() throws SQLException {
		return this.source.connection().getMetaData().getDatabaseMajorVersion();
	}

	@Override
	public void checkRestore(Options options) throws Exception {
		DumpSource.requireVersion(ExternalTool.find(options.tools(), "pg_restore"), serverVersion());
	}

	@Override
	public void restore(Path directory, Options options) throws Exception {
		ExternalTool tool = ExternalTool.find(options.tools(), "pg_restore");
		this.source.drop().run();
		Path contents = Files.createTempFile("db-init-", ".list");
		try {
			String file = directory.resolve(FILE).toString();
			Files.writeString(contents, withoutSchemas(tool.output(List.of("--list", file), Map.of())));
			withPassword((environment) -> tool.run(
					List.of("--single-transaction", "--exit-on-error", "--no-owner", "--no-password",
							"--use-list=" + contents, "--dbname=" + environment.get("PGDATABASE"), file),
					environment, null, OutputStream.nullOutputStream()));
		}
		finally {
			Files.delete(contents);
		}
	}

	/**
	 * Schemas that are there still are not created.
	 */
	private String withoutSchemas(String contents) throws SQLException {
		Set<String> schemas = Set
			.copyOf(Sql.query(this.source.connection(), "select nspname from pg_namespace", (row) -> row.getString(1)));
		return contents.lines().map((line) -> {
			Matcher matcher = SCHEMA.matcher(line);
			return (matcher.matches() && schemas.contains(matcher.group(1))) ? ";" + line : line;
		}).collect(Collectors.joining("\n", "", "\n"));
	}

	/**
	 * The password is in a file, since everyone on the machine can read arguments. The
	 * session has the name of the step's, so that a successor ends it, too.
	 */
	private void withPassword(Run run) throws Exception {
		SimpleDriverDataSource endpoint = this.source.endpoint();
		Properties defaults = new Properties();
		Properties url = Objects.requireNonNull(Driver.parseURL(String.valueOf(endpoint.getUrl()), defaults));
		String user = Objects.requireNonNullElseGet(endpoint.getUsername(), () -> url.getProperty("user", ""));
		String password = Objects.requireNonNullElseGet(endpoint.getPassword(), () -> url.getProperty("password", ""));
		Path file = DumpSource.secretFile("*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n");
		try {
			Map<String, String> environment = new LinkedHashMap<>();
			add(environment, "PGHOST", url.getProperty("PGHOST"));
			add(environment, "PGPORT", url.getProperty("PGPORT"));
			add(environment, "PGDATABASE", url.getProperty("PGDBNAME"));
			add(environment, "PGUSER", user);
			add(environment, "PGSSLMODE", url.getProperty("sslmode"));
			add(environment, "PGSSLROOTCERT", url.getProperty("sslrootcert"));
			add(environment, "PGSSLCERT", url.getProperty("sslcert"));
			add(environment, "PGPASSFILE", file.toString());
			add(environment, "PGAPPNAME",
					Sql.value(this.source.connection(), "select current_setting('application_name')").orElse(""));
			run.with(environment);
		}
		finally {
			Files.delete(file);
		}
	}

	private static void add(Map<String, String> environment, String name, @Nullable String value) {
		if (value != null && !value.isEmpty()) {
			environment.put(name, value);
		}
	}

	private interface Run {

		void with(Map<String, String> environment) throws IOException;

	}

}
