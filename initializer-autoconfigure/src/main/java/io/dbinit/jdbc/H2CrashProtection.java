package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Delays the writes of an embedded H2 until a change of the schema has ended. H2 writes
 * to its file every half second; killed in the middle of a change, it may be unable to
 * open the file again. The delay returns to its usual value when the database is opened
 * anew.
 */
final class H2CrashProtection implements CrashProtection {

	/** The settings list the usual delay as well as the current one. */
	private static final String USUAL = """
			select min(cast(SETTING_VALUE as integer)) from INFORMATION_SCHEMA.SETTINGS
			where SETTING_NAME = 'WRITE_DELAY' and exists
			(select 1 from INFORMATION_SCHEMA.SESSIONS where SESSION_ID = session_id() and SERVER is null)""";

	/** A day. */
	private static final String LONG = "86400000";

	/** The usual delay, empty if the database is not embedded. */
	private @Nullable Optional<String> usual;

	private boolean extended;

	@Override
	public void begin(Connection connection) throws SQLException {
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
	 * Writes the change at once: a full disk must be detected before the change is
	 * recorded as done.
	 */
	@Override
	public void end(Connection connection) throws SQLException {
		if (this.extended && this.usual != null) {
			set(connection, this.usual.orElseThrow());
			this.extended = false;
			Sql.execute(connection, "checkpoint");
		}
	}

	@Override
	public List<String> repair(Connection connection) throws SQLException {
		return new H2Copies(connection).finish();
	}

	private static void set(Connection connection, String millis) throws SQLException {
		Sql.execute(connection, "set write_delay " + millis);
	}

}
