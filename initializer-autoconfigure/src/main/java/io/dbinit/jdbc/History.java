package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.dbinit.Change;
import io.dbinit.Phase;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import org.jspecify.annotations.Nullable;

/**
 * The history of runs, of which the newest are kept.
 */
final class History {

	private static final int KEPT = 100;

	private History() {
	}

	static void write(Connection connection, RunReport run) throws SQLException {
		Sql.update(connection, "delete from db_init_run_step where run_id = ?", run.id());
		Sql.update(connection, "delete from db_init_run where id = ?", run.id());
		Sql.update(connection, """
				insert into db_init_run (id, token, host, application, started_at, duration_ms, outcome, error)
				values (?, ?, ?, ?, ?, ?, ?, ?)""", run.id(), run.token(), run.host(), run.application(),
				run.startedAt(), millis(run.duration()), run.outcome().name(), run.error());
		int position = 0;
		for (StepReport step : run.steps()) {
			Sql.update(connection, """
					insert into db_init_run_step
						(run_id, position, name, phase, outcome, started_at, duration_ms, changes, error)
					values (?, ?, ?, ?, ?, ?, ?, ?, ?)""", run.id(), position++, step.name(), step.phase().name(),
					step.outcome().name(), step.startedAt(), millis(step.duration()), lines(step.changeTexts()),
					step.error());
		}
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	private static String lines(List<String> changes) {
		return changes.stream().map((change) -> change.replaceAll("\\R", " ")).collect(Collectors.joining("\n"));
	}

	/**
	 * Delete all but the newest runs, by the token that grows with the database's clock.
	 */
	static void trim(Connection connection) throws SQLException {
		List<Long> tokens = tokens(connection);
		if (tokens.size() > KEPT) {
			Long newest = tokens.get(KEPT);
			Sql.update(connection, """
					delete from db_init_run_step where run_id in (select id from db_init_run where token <= ?)""",
					newest);
			Sql.update(connection, "delete from db_init_run where token <= ?", newest);
		}
	}

	static List<RunReport> read(Connection connection, int limit) throws SQLException {
		try {
			List<Long> tokens = tokens(connection);
			if (limit <= 0 || tokens.isEmpty()) {
				return List.of();
			}
			return Sql
				.query(connection, "select * from db_init_run where token >= ? order by token desc, started_at desc",
						(row) -> run(connection, row), tokens.get(Math.min(limit, tokens.size()) - 1))
				.stream()
				.limit(limit)
				.toList();
		}
		catch (SQLException ex) {
			if (SqlErrors.isMissingTable(ex)) {
				return List.of();
			}
			throw ex;
		}
	}

	/**
	 * Return all tokens, newest first. They are few, and not every mode of H2 can limit a
	 * query.
	 */
	private static List<Long> tokens(Connection connection) throws SQLException {
		return Sql.query(connection, "select token from db_init_run order by token desc", (row) -> row.getLong(1));
	}

	private static RunReport run(Connection connection, ResultSet row) throws SQLException {
		String id = row.getString("id");
		List<StepReport> steps = Sql.query(connection,
				"select * from db_init_run_step where run_id = ? order by position", History::step, id);
		return new RunReport(id, row.getLong("token"), text(row, "host"), text(row, "application"),
				Objects.requireNonNullElse(Sql.instant(row, "started_at"), Instant.EPOCH), duration(row),
				Outcome.valueOf(row.getString("outcome")), row.getString("error"), steps);
	}

	private static StepReport step(ResultSet row) throws SQLException {
		return new StepReport(text(row, "name"), Phase.valueOf(row.getString("phase")),
				Outcome.valueOf(row.getString("outcome")), Sql.instant(row, "started_at"), duration(row), null,
				text(row, "changes").lines().map(Change::recorded).toList(), row.getString("error"));
	}

	private static @Nullable Duration duration(ResultSet row) throws SQLException {
		long millis = row.getLong("duration_ms");
		return row.wasNull() ? null : Duration.ofMillis(millis);
	}

	private static String text(ResultSet row, String column) throws SQLException {
		return Objects.requireNonNullElse(row.getString(column), "");
	}

}
