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
import java.util.Set;

import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.MigrationVersions;
import io.dbinit.Release;
import org.jspecify.annotations.Nullable;

/**
 * The only query of a start that finds nothing to do. It reads every layout of the tables
 * in one round trip: columns that an older layout lacks are not named.
 */
final class MarkerQuery {

	private static final String SELECT = """
			select d.*, s.name as step_name, s.fingerprint, s.current_version, s.latest_version, s.pending,
				case when %s then 1 else 0 end as read_only%s
			from db_init_database d left join db_init_step s on 1 = 1%s where d.id = 1""";

	/**
	 * Columns that both tables have are read from the first one.
	 */
	private static final String SELECT_APPLICATION = """
			select a.*, d.*, s.name as step_name, s.fingerprint, s.current_version, s.latest_version, s.pending,
				a.complete as application_complete, a.completed_at as application_completed_at,
				case when %s then 1 else 0 end as read_only%s
			from db_init_database d left join db_init_application a on a.name = ?
				left join db_init_application_step s on s.application = ?%s where d.id = 1""";

	/**
	 * Records from which an application takes steps over that has not completed a run.
	 */
	private static final String SELECT_OTHERS = """
			select name, fingerprint from db_init_step where fingerprint is not null union all
			select name, fingerprint from db_init_application_step where application <> ? and fingerprint is not null""";

	private static final String SELECT_READ_ONLY = "select case when %s then 1 else 0 end as read_only";

	private final String database;

	private final String application;

	private final Dialect dialect;

	private final String product;

	private final List<Ledger> ledgers;

	private final Map<Ledger, String> digests = new LinkedHashMap<>();

	private final Map<String, String> steps = new LinkedHashMap<>();

	private final Map<String, MigrationVersions> versions = new LinkedHashMap<>();

	private @Nullable Instant createdAt;

	private @Nullable String environment;

	private boolean complete;

	private boolean completedOnce;

	private Map<String, List<String>> others = Map.of();

	private boolean readOnly;

	private Release release = Release.UNKNOWN;

	private @Nullable Instant releaseSince;

	MarkerQuery(String database, String application, Dialect dialect, String product, List<Ledger> ledgers) {
		this.ledgers = ledgers;
		this.database = database;
		this.application = application;
		this.dialect = dialect;
		this.product = product;
	}

	/**
	 * Read the marker. Tables before version 3 have no records of single applications:
	 * there, those of all applications are the ones of each.
	 */
	Marker read(Connection connection) throws SQLException {
		this.readOnly = this.dialect.isReadOnly(connection);
		if (!this.application.isEmpty()) {
			try {
				if (read(connection, true)) {
					if (!this.completedOnce) {
						readOthers(connection);
					}
					return marker();
				}
			}
			catch (SQLException ex) {
				if (!SqlErrors.isMissingTable(ex)) {
					throw ex;
				}
			}
		}
		try {
			if (read(connection, false)) {
				return marker();
			}
		}
		catch (SQLException ex) {
			if (!SqlErrors.isMissingTable(ex)) {
				throw ex;
			}
		}
		return Sql
			.query(connection, SELECT_READ_ONLY.formatted(this.dialect.readOnly()),
					(row) -> Marker.none(this.product, this.readOnly || row.getInt(1) == 1))
			.get(0);
	}

	private Marker marker() {
		return new Marker(this.product, this.readOnly, this.createdAt, this.environment, this.complete, this.steps,
				this.versions, this.digests, this.others, this.release, this.releaseSince);
	}

	/**
	 * A ledger that cannot be read fails the query: then the ledgers are read one by one.
	 */
	private boolean read(Connection connection, boolean named) throws SQLException {
		if (!this.ledgers.isEmpty()) {
			try {
				if (readRows(connection, named, this.ledgers)) {
					return true;
				}
			}
			catch (SQLException ex) {
				if (SqlErrors.isBroken(ex)) {
					throw ex;
				}
			}
		}
		if (readRows(connection, named, List.of())) {
			readEach(connection);
			return true;
		}
		return false;
	}

	private boolean readRows(Connection connection, boolean named, List<Ledger> ledgers) throws SQLException {
		StringBuilder columns = new StringBuilder();
		StringBuilder joins = new StringBuilder();
		for (int i = 0; i < ledgers.size(); i++) {
			columns.append(", l").append(i).append(".digest as ledger_").append(i);
			joins.append(" cross join (").append(this.dialect.digest(ledgers.get(i))).append(") l").append(i);
		}
		String sql = (named ? SELECT_APPLICATION : SELECT).formatted(this.dialect.readOnly(), columns, joins);
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			if (named) {
				Sql.bind(statement, this.application, this.application);
			}
			try (ResultSet rows = statement.executeQuery()) {
				return read(rows, named, ledgers);
			}
		}
	}

	private boolean read(ResultSet rows, boolean named, List<Ledger> ledgers) throws SQLException {
		boolean any = false;
		while (rows.next()) {
			if (!any) {
				Set<String> columns = Tables.columns(rows);
				Tables.layout(rows, columns).requireReadableBy(this.database, Tables.VERSION);
				this.release = Tables.release(rows, columns);
				this.releaseSince = Tables.releaseSince(rows, columns);
			}
			add(rows);
			this.complete = rows.getBoolean(named ? "application_complete" : "complete");
			this.completedOnce = named && rows.getObject("application_completed_at") != null;
			for (int i = 0; i < ledgers.size(); i++) {
				this.digests.put(ledgers.get(i), rows.getString("ledger_" + i));
			}
			any = true;
		}
		return any;
	}

	private void readOthers(Connection connection) throws SQLException {
		Map<String, List<String>> others = new LinkedHashMap<>();
		Sql.query(connection, SELECT_OTHERS,
				(row) -> others.computeIfAbsent(row.getString(1), (name) -> new ArrayList<>()).add(row.getString(2)),
				this.application);
		this.others = others;
	}

	private void readEach(Connection connection) throws SQLException {
		for (Ledger ledger : this.ledgers) {
			try {
				Sql.value(connection, this.dialect.digest(ledger))
					.ifPresent((digest) -> this.digests.put(ledger, digest));
			}
			catch (SQLException ex) {
				if (SqlErrors.isBroken(ex)) {
					throw ex;
				}
			}
		}
	}

	private void add(ResultSet row) throws SQLException {
		this.createdAt = Sql.instant(row, "created_at");
		this.environment = row.getString("environment");
		String step = row.getString("step_name");
		String fingerprint = row.getString("fingerprint");
		if (step != null && fingerprint != null) {
			this.steps.put(step, fingerprint);
		}
		int pending = row.getInt("pending");
		if (step != null && !row.wasNull()) {
			this.versions.put(step,
					new MigrationVersions(row.getString("current_version"), row.getString("latest_version"), pending));
		}
		this.readOnly |= row.getInt("read_only") == 1;
	}

}
