package io.dbinit.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dbinit.seed.SeedData;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes rows by {@code COPY} of PostgreSQL, in its text format.
 */
final class CopySink implements RowSink {

	private static final int BUFFER = 1 << 16;

	/** Number of the row in the context of an error. */
	private static final Pattern LINE = Pattern.compile("^COPY .*, line (\\d+)", Pattern.MULTILINE);

	private final Insert insert;

	private final CopyIn copy;

	private final StringBuilder buffer = new StringBuilder(BUFFER + 1024);

	CopySink(PGConnection connection, Insert insert) throws SQLException {
		this.insert = insert;
		this.copy = connection.getCopyAPI()
			.copyIn("copy %s (%s) from stdin".formatted(insert.table(), String.join(", ", insert.names())));
	}

	@Override
	public void add(SeedData.Row row, List<@Nullable Object> values) throws SQLException {
		for (int i = 0; i < values.size(); i++) {
			if (i > 0) {
				this.buffer.append('\t');
			}
			Object value = this.insert.parameters().parameter(this.insert.columns().get(i), values.get(i)).value();
			append((value != null) ? value.toString() : null);
		}
		this.buffer.append('\n');
		if (this.buffer.length() >= BUFFER) {
			flush();
		}
	}

	private void append(@Nullable String text) {
		if (text == null) {
			this.buffer.append("\\N");
			return;
		}
		int plain = 0;
		for (int i = 0; i < text.length(); i++) {
			char escape = escape(text.charAt(i));
			if (escape != 0) {
				this.buffer.append(text, plain, i).append('\\').append(escape);
				plain = i + 1;
			}
		}
		this.buffer.append(text, plain, text.length());
	}

	private static char escape(char c) {
		return switch (c) {
			case '\\' -> '\\';
			case '\n' -> 'n';
			case '\r' -> 'r';
			case '\t' -> 't';
			default -> 0;
		};
	}

	private void flush() throws SQLException {
		byte[] bytes = this.buffer.toString().getBytes(StandardCharsets.UTF_8);
		this.buffer.setLength(0);
		this.copy.writeToCopy(bytes, 0, bytes.length);
	}

	@Override
	public void finish() throws SQLException {
		if (this.copy.isActive()) {
			flush();
			this.copy.endCopy();
		}
	}

	@Override
	public String refusedRows(SQLException ex) {
		ServerErrorMessage server = (ex instanceof PSQLException error) ? error.getServerErrorMessage() : null;
		Matcher line = LINE.matcher(String.valueOf((server != null) ? server.getWhere() : null));
		return line.find() ? this.insert.place(Long.parseLong(line.group(1)))
				: "a row of " + this.insert.data().source();
	}

	@Override
	public void close() throws SQLException {
		if (this.copy.isActive()) {
			this.copy.cancelCopy();
		}
	}

}
