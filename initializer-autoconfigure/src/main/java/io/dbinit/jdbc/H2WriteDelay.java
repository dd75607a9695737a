package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Keeps H2 from writing an embedded database to its file in the middle of a change of the
 * schema, as it does after half a second: killed then, H2 may be unable to open the file
 * again. Once the database is opened anew, the delay is the usual one, whatever was set.
 */
final class H2WriteDelay {

	/** What was set before the database was opened stands beside what counts. */
	private static final String USUAL = """
			select min(cast(setting_value as integer)) from information_schema.settings
			where setting_name = 'WRITE_DELAY' and exists
			(select 1 from information_schema.sessions where session_id = session_id() and server is null)""";

	/** A day. */
	private static final String LONG = "86400000";

	/** The usual delay, empty if the database is not embedded. */
	private @Nullable Optional<String> usual;

	private boolean extended;

	/**
	 * Begin a change.
	 */
	void extend(Connection connection) throws SQLException {
		Optional<String> usual = this.usual;
		if (usual == null) {
			usual = Sql.value(connection, USUAL);
			this.usual = usual;
		}
		if (usual.isPresent() && !this.extended) {
			set(connection, LONG);
			this.extended = true;
		}
	}

	/**
	 * End a change, and write it: that the disk is full must be known before the change
	 * counts.
	 */
	void restore(Connection connection) throws SQLException {
		if (this.extended && this.usual != null) {
			set(connection, this.usual.orElseThrow());
			this.extended = false;
			Sql.execute(connection, "checkpoint");
		}
	}

	private static void set(Connection connection, String millis) throws SQLException {
		Sql.execute(connection, "set write_delay " + millis);
	}

}
