package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

import io.dbinit.Marker;
import io.dbinit.Versions;
import org.jspecify.annotations.Nullable;

/**
 * The one query of a start that finds nothing to do.
 */
final class MarkerQuery {

	private static final String SELECT = """
			select d.created_at, d.environment, d.complete, s.name, s.fingerprint, s.current_version,
				s.latest_version, s.pending, case when %s then 1 else 0 end as read_only
			from db_init_database d left join db_init_step s on 1 = 1 where d.id = 1""";

	private static final String SELECT_READ_ONLY = "select case when %s then 1 else 0 end as read_only";

	private final Dialect dialect;

	private final String product;

	private final Map<String, String> steps = new LinkedHashMap<>();

	private final Map<String, Versions> versions = new LinkedHashMap<>();

	private @Nullable Instant createdAt;

	private @Nullable String environment;

	private boolean complete;

	private boolean readOnly;

	MarkerQuery(Dialect dialect, String product) {
		this.dialect = dialect;
		this.product = product;
	}

	Marker read(Connection connection) throws SQLException {
		try {
			if (readRows(connection)) {
				return new Marker(this.product, this.readOnly, this.createdAt, this.environment, this.complete,
						this.steps, this.versions);
			}
		}
		catch (SQLException ex) {
			if (!SqlErrors.isMissingTable(ex)) {
				throw ex;
			}
		}
		return Sql
			.query(connection, SELECT_READ_ONLY.formatted(this.dialect.readOnly()),
					(row) -> Marker.none(this.product, row.getInt(1) == 1))
			.get(0);
	}

	private boolean readRows(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(SELECT.replace("%s", this.dialect.readOnly()))) {
			boolean any = false;
			while (rows.next()) {
				add(rows);
				any = true;
			}
			return any;
		}
	}

	private void add(ResultSet row) throws SQLException {
		LocalDateTime createdAt = row.getObject(1, LocalDateTime.class);
		this.createdAt = (createdAt != null) ? createdAt.toInstant(ZoneOffset.UTC) : null;
		this.environment = row.getString(2);
		this.complete = row.getBoolean(3);
		String step = row.getString(4);
		String fingerprint = row.getString(5);
		if (step != null && fingerprint != null) {
			this.steps.put(step, fingerprint);
		}
		int pending = row.getInt(8);
		if (step != null && !row.wasNull()) {
			this.versions.put(step, new Versions(row.getString(6), row.getString(7), pending));
		}
		this.readOnly = row.getInt(9) == 1;
	}

}
