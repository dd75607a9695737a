package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Sessions of H2, which has no locks of sessions: that the session recorded with a lease
 * is not listed any more says that its holder is dead, most often because the database
 * was opened anew.
 */
final class H2Sessions implements Sessions {

	private static final String ID = "concat(s.session_id, '@', s.session_start)";

	private static final String HOLDER = "(select max(" + ID + ") from information_schema.sessions s where " + ID
			+ " = db_init_lock.session)";

	@Override
	public Optional<String> prepare(Connection connection, String owner, Role role) throws SQLException {
		boolean admin = Sql
			.value(connection,
					"select user_name from information_schema.users where user_name = current_user and is_admin")
			.isPresent();
		return admin ? Optional.empty() : Optional.of("""
				H2 shows the sessions of others to administrators only: the lease of a process that died has to run \
				out, and what it left running is not ended""");
	}

	@Override
	public String id(Connection connection) throws SQLException {
		return Sql
			.value(connection, "select " + ID + " from information_schema.sessions s where s.session_id = session_id()")
			.orElseThrow();
	}

	@Override
	public String holder() {
		return HOLDER;
	}

	@Override
	public String isHolderDead() {
		return "session is not null and not exists (select 1 from information_schema.sessions s where " + ID
				+ " = db_init_lock.session)";
	}

	@Override
	public boolean tryLock(Connection connection) {
		return true;
	}

	@Override
	public void unlock(Connection connection) {
	}

	@Override
	public void end(Connection connection, String session) throws SQLException {
		Sql.query(connection,
				"select abort_session(s.session_id) from information_schema.sessions s where " + ID + " = ?",
				(row) -> row.getBoolean(1), session);
	}

	@Override
	public List<String> of(Connection connection, String owner, Optional<String> session) throws SQLException {
		return session.isEmpty() ? List.of()
				: Sql.query(connection, "select " + ID + " from information_schema.sessions s where " + ID + " = ?",
						(row) -> row.getString(1), session.get());
	}

}
