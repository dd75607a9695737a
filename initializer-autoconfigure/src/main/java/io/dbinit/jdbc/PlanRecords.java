package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.dbinit.Definition;
import io.dbinit.Fingerprint;
import io.dbinit.PlanRecord;
import io.dbinit.Release;

/**
 * The plans that an application attempted, and the things that it declares.
 */
final class PlanRecords {

	/** The version of the tables that has these records. */
	static final int SINCE = 5;

	private static final int KEPT = 50;

	/** Some databases take an empty text for null. */
	private static final String UNNAMED = " ";

	private final String application;

	PlanRecords(String application) {
		this.application = application.isEmpty() ? UNNAMED : application;
	}

	/**
	 * Return the plans, newest first; none where the tables are older.
	 */
	List<PlanRecord> read(Connection connection) throws SQLException {
		Map<Integer, PlanRecord> plans = new LinkedHashMap<>();
		try {
			Sql.query(connection, """
					select p.position, p.seen_at, p.release_version, p.release_time, p.reverted, s.name, s.fingerprint
					from db_init_plan p left join db_init_plan_step s
						on s.application = p.application and s.position = p.position
					where p.application = ? order by p.position desc""", (row) -> add(row, plans), this.application);
		}
		catch (SQLException ex) {
			if (!SqlErrors.isMissingTable(ex)) {
				throw ex;
			}
		}
		return List.copyOf(plans.values());
	}

	private static boolean add(ResultSet row, Map<Integer, PlanRecord> plans) throws SQLException {
		int position = row.getInt("position");
		PlanRecord plan = plans.get(position);
		if (plan == null) {
			plan = new PlanRecord(position, Objects.requireNonNullElse(Sql.instant(row, "seen_at"), Instant.EPOCH),
					Tables.release(row), row.getBoolean("reverted"), new LinkedHashMap<>());
			plans.put(position, plan);
		}
		String step = row.getString("name");
		if (step != null) {
			plan.steps().put(step, Objects.requireNonNullElse(row.getString("fingerprint"), ""));
		}
		return true;
	}

	/**
	 * Add the newest plan, and forget the oldest one.
	 */
	void add(Connection connection, Dialect dialect, Release release, Map<String, String> steps, int reverted)
			throws SQLException {
		Sql.update(connection, "update db_init_plan set reverted = true where application = ? and position > ?",
				this.application, reverted);
		int position = Sql
			.query(connection, "select coalesce(max(position), 0) from db_init_plan where application = ?",
					(row) -> row.getInt(1), this.application)
			.get(0) + 1;
		Sql.update(connection, """
				insert into db_init_plan (application, position, seen_at, release_version, release_time, reverted)
				values (?, ?, %s, ?, ?, false)""".formatted(dialect.now()), this.application, position,
				release.version(), release.time());
		try (PreparedStatement statement = connection.prepareStatement("""
				insert into db_init_plan_step (application, position, name, fingerprint) values (?, ?, ?, ?)""")) {
			for (Map.Entry<String, String> step : steps.entrySet()) {
				Sql.bind(statement, this.application, position, step.getKey(), step.getValue());
				statement.addBatch();
			}
			statement.executeBatch();
		}
		for (String table : List.of("db_init_plan_step", "db_init_plan")) {
			Sql.update(connection, "delete from " + table + " where application = ? and position <= ?",
					this.application, position - KEPT);
		}
	}

	/**
	 * Return the things that other applications declare.
	 */
	Map<String, List<Definition>> otherDefinitions(Connection connection) throws SQLException {
		Map<String, List<Definition>> definitions = new LinkedHashMap<>();
		try {
			Sql.query(connection, """
					select application, name, fingerprint, place from db_init_definition where application <> ?
					order by application, id""",
					(row) -> definitions.computeIfAbsent(row.getString(1).strip(), (name) -> new ArrayList<>())
						.add(new Definition(row.getString(2), row.getString(3), row.getString(4))),
					this.application);
		}
		catch (SQLException ex) {
			if (!SqlErrors.isMissingTable(ex)) {
				throw ex;
			}
		}
		return definitions;
	}

	void declare(Connection connection, List<Definition> definitions) throws SQLException {
		Sql.update(connection, "delete from db_init_definition where application = ?", this.application);
		if (definitions.isEmpty()) {
			return;
		}
		try (PreparedStatement statement = connection.prepareStatement("""
				insert into db_init_definition (application, id, name, fingerprint, place)
				values (?, ?, ?, ?, ?)""")) {
			for (Definition definition : definitions) {
				Sql.bind(statement, this.application, Fingerprint.of(definition.name()), definition.name(),
						definition.fingerprint(), definition.where());
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

	/**
	 * Delete the records of all applications.
	 */
	static void forgetAll(Connection connection) throws SQLException {
		for (String table : List.of("db_init_plan_step", "db_init_plan", "db_init_definition")) {
			Sql.update(connection, "delete from " + table);
		}
	}

}
