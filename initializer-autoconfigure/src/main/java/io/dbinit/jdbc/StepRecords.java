package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.dbinit.MigrationVersions;
import io.dbinit.Release;
import org.jspecify.annotations.Nullable;

/**
 * The records of one application in a database: whether it is complete, and the
 * fingerprint of each step that succeeded. An application without a name keeps them where
 * layouts before version 3 had those of all applications, and so does any application
 * where the tables could not be upgraded.
 */
final class StepRecords {

	private static final String INSERT = """
			insert into %s (%s fingerprint, recorded_at, current_version, latest_version, pending)
			values (%s ?, %s, ?, ?, ?)""";

	private final String application;

	private final Dialect dialect;

	private final boolean named;

	private final boolean released;

	private final boolean planned;

	private StepRecords(String application, Dialect dialect, int version) {
		this.application = application;
		this.dialect = dialect;
		this.named = !application.isEmpty() && version >= 3;
		this.released = version >= 4;
		this.planned = version >= PlanRecords.SINCE;
	}

	static StepRecords of(Connection connection, Dialect dialect, String application) throws SQLException {
		return new StepRecords(application, dialect, Tables.version(connection));
	}

	/**
	 * Return the name of the application to record with a change, {@code null} where the
	 * table has no place for it.
	 */
	@Nullable String owner() {
		return this.named ? this.application : null;
	}

	/**
	 * Return the records of the plans of the application, empty where the tables have no
	 * place for them.
	 */
	Optional<PlanRecords> plans() {
		return this.planned ? Optional.of(new PlanRecords(this.application)) : Optional.empty();
	}

	void incomplete(Connection connection) throws SQLException {
		if (this.named) {
			Sql.update(connection, """
					insert into db_init_application (name, complete)
					select ?, false from (select count(*) as present from db_init_application where name = ?) t
					where t.present = 0""", this.application, this.application);
		}
		complete(connection, false);
	}

	/**
	 * Record the release that works from now on.
	 */
	void release(Connection connection, Release release) throws SQLException {
		if (!this.released) {
			return;
		}
		String where = this.named ? "db_init_application where name = ?" : "db_init_database where id = 1";
		if (Sql.query(connection, "select * from " + where, Tables::release, arguments()).contains(release)) {
			return;
		}
		String table = this.named ? "db_init_application" : "db_init_database";
		Sql.update(connection,
				"update %s set release_version = ?, release_time = ?, release_since = %s%s".formatted(table,
						this.dialect.now(), where.substring(table.length())),
				this.named ? new @Nullable Object[] { release.version(), release.time(), this.application }
						: new @Nullable Object[] { release.version(), release.time() });
	}

	void complete(Connection connection, boolean complete) throws SQLException {
		if (!this.named) {
			Sql.update(connection, "update db_init_database set complete = ? where id = 1", complete);
			return;
		}
		Sql.update(connection, "update db_init_application set complete = ? where name = ?", complete,
				this.application);
		if (complete) {
			Sql.update(connection,
					"update db_init_application set completed_at = %s where name = ?".formatted(this.dialect.now()),
					this.application);
		}
	}

	/**
	 * Record the steps of a run.
	 * @param done whether the run succeeded, so that other steps do not exist any more;
	 * otherwise they were not reached
	 */
	void write(Connection connection, Map<String, String> steps, Map<String, MigrationVersions> versions, boolean done)
			throws SQLException {
		Set<String> names = new TreeSet<>(steps.keySet());
		names.addAll(versions.keySet());
		if (done) {
			for (String recorded : recorded(connection)) {
				if (!names.contains(recorded)) {
					delete(connection, recorded);
				}
			}
		}
		for (String name : names) {
			write(connection, name, steps.get(name), versions.get(name));
		}
	}

	private List<String> recorded(Connection connection) throws SQLException {
		String sql = this.named ? "select name from db_init_application_step where application = ?"
				: "select name from db_init_step";
		return Sql.query(connection, sql, (row) -> row.getString(1), arguments());
	}

	void write(Connection connection, String step, @Nullable String fingerprint, @Nullable MigrationVersions versions)
			throws SQLException {
		delete(connection, step);
		Sql.update(connection,
				INSERT.formatted(this.named ? "db_init_application_step" : "db_init_step",
						this.named ? "application, name," : "name,", this.named ? "?, ?," : "?,", this.dialect.now()),
				arguments(step, fingerprint, (versions != null) ? versions.current() : null,
						(versions != null) ? versions.latest() : null,
						(versions != null) ? (Integer) versions.pending() : null));
	}

	private void delete(Connection connection, String step) throws SQLException {
		Sql.update(connection, this.named ? "delete from db_init_application_step where application = ? and name = ?"
				: "delete from db_init_step where name = ?", arguments(step));
	}

	private @Nullable Object[] arguments(@Nullable Object... others) {
		if (!this.named) {
			return others;
		}
		@Nullable Object[] arguments = new Object[others.length + 1];
		arguments[0] = this.application;
		System.arraycopy(others, 0, arguments, 1, others.length);
		return arguments;
	}

	/**
	 * Replace the digest of a ledger in the records of other applications, because the
	 * steps of this one have changed the ledger.
	 */
	void ledgerChanged(Connection connection, String before, String after) throws SQLException {
		if (!this.named) {
			return;
		}
		for (String[] step : Sql.query(connection, """
				select application, name, fingerprint from db_init_application_step
				where application <> ? and fingerprint is not null""",
				(row) -> new String[] { row.getString(1), row.getString(2), row.getString(3) }, this.application)) {
			if (step[2].startsWith(before)) {
				Sql.update(connection, """
						update db_init_application_step set fingerprint = ? where application = ? and name = ?""",
						after + step[2].substring(before.length()), step[0], step[1]);
			}
		}
	}

	/**
	 * Return the other applications for which steps are recorded.
	 */
	List<String> others(Connection connection) throws SQLException {
		return Tables.haveApplications(connection) ? Sql.query(connection, """
				select distinct application from db_init_application_step where application <> ?
				order by application""", (row) -> row.getString(1), this.application) : List.of();
	}

	/**
	 * Return the records of all applications. A database that was never worked on has
	 * none.
	 */
	static Map<String, Map<String, String>> all(Connection connection) throws SQLException {
		Map<String, Map<String, String>> records = new TreeMap<>();
		for (String sql : List.of("select '', name, fingerprint from db_init_step where fingerprint is not null",
				"select application, name, fingerprint from db_init_application_step where fingerprint is not null")) {
			try {
				Sql.query(connection, sql, (row) -> records.computeIfAbsent(row.getString(1), (name) -> new TreeMap<>())
					.put(row.getString(2), row.getString(3)));
			}
			catch (SQLException ex) {
				if (!SqlErrors.isMissingTable(ex)) {
					throw ex;
				}
			}
		}
		return records;
	}

	/**
	 * Delete the records of all applications, because their data is about to be dropped.
	 */
	void forgetAll(Connection connection) throws SQLException {
		Sql.update(connection, "delete from db_init_step");
		Sql.update(connection, "delete from db_init_change");
		Sql.update(connection, "update db_init_database set complete = false where id = 1");
		if (Tables.haveApplications(connection)) {
			Sql.update(connection, "delete from db_init_application_step");
			Sql.update(connection, "update db_init_application set complete = false, completed_at = null");
		}
		if (this.planned) {
			PlanRecords.forgetAll(connection);
		}
	}

}
