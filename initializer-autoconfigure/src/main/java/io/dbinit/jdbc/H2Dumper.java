package io.dbinit.jdbc;

import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

import io.dbinit.transfer.Dumper;

/**
 * Dumps with H2's {@code SCRIPT}.
 */
final class H2Dumper implements Dumper {

	private static final String FILE = "database.sql.gz";

	private static final String TABLES = """
			select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
			where table_schema <> 'INFORMATION_SCHEMA' and table_type = 'BASE TABLE' and lower(table_name) not in (%s)
			order by 1""";

	/** The table that a statement of a script is about. */
	private static final Pattern TABLE = Pattern.compile(
			"(INSERT INTO|CREATE (?:CACHED |MEMORY |GLOBAL |LOCAL |TEMPORARY )*TABLE|ALTER TABLE|CREATE [A-Z ]*INDEX .* ON)\\s+(?:\"[^\"]+\"\\.)?\"([^\"]+)\".*",
			Pattern.DOTALL);

	private final DumpSource source;

	H2Dumper(DumpSource source) {
		this.source = source;
	}

	/**
	 * The database does not tell.
	 */
	@Override
	public long size() {
		return 0;
	}

	@Override
	public Map<String, Long> count() throws SQLException {
		return this.source.count(TABLES.formatted(DumpSource.leftOut()));
	}

	@Override
	public Dump dump(Path directory, Options options) throws Exception {
		Map<String, Long> before = count();
		try (Writer writer = new OutputStreamWriter(
				new GZIPOutputStream(Files.newOutputStream(directory.resolve(FILE))), StandardCharsets.UTF_8);
				Statement statement = this.source.connection().createStatement();
				ResultSet script = statement.executeQuery("script nopasswords nosettings")) {
			while (script.next()) {
				String text = script.getString(1);
				if (isPart(text, options.withoutData())) {
					writer.write(text);
					writer.write('\n');
				}
			}
		}
		return new Dump("H2 " + this.source.connection().getMetaData().getDatabaseProductVersion(), true,
				DumpSource.unchanged(before, count()));
	}

	/**
	 * Users are those of the database into which the script is restored.
	 */
	private static boolean isPart(String statement, Set<String> withoutData) {
		String text = statement.stripLeading();
		if (text.startsWith("CREATE USER") || text.startsWith("--")) {
			return false;
		}
		Matcher matcher = TABLE.matcher(text);
		if (!matcher.matches()) {
			return true;
		}
		String table = matcher.group(2);
		boolean isLeftOut = matcher.group(1).startsWith("INSERT")
				&& withoutData.stream().anyMatch((name) -> name.equalsIgnoreCase(table));
		return !isLeftOut && DumpSource.LEFT_OUT.stream().noneMatch((name) -> name.equalsIgnoreCase(table));
	}

	/**
	 * The database reads the file itself.
	 */
	@Override
	public void restore(Path directory, Options options) throws Exception {
		this.source.drop().run();
		try (Statement statement = this.source.connection().createStatement()) {
			statement.execute("runscript from '%s' compression gzip charset 'UTF-8'"
				.formatted(directory.resolve(FILE).toString().replace("'", "''")));
		}
	}

}
