package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.MigrationVersions;
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

	private static final String SELECT_READ_ONLY = "select case when %s then 1 else 0 end as read_only";

	private final String database;

	private final Dialect dialect;

	private final String product;

	private final List<Ledger> ledgers;

	private final Map<Ledger, String> digests = new LinkedHashMap<>();

	private final Map<String, String> steps = new LinkedHashMap<>();

	private final Map<String, MigrationVersions> versions = new LinkedHashMap<>();

	private @Nullable Instant createdAt;

	private @Nullable String environment;

	private boolean complete;

	private boolean readOnly;

	MarkerQuery(String database, Dialect dialect, String product, List<Ledger> ledgers) {
		this.ledgers = ledgers;
		this.database = database;
		this.dialect = dialect;
		this.product = product;
	}

	/**
	 * Read the marker. A ledger that cannot be read fails the query: then the ledgers are
	 * read one by one.
	 */
	Marker read(Connection connection) throws SQLException {
		this.readOnly = this.dialect.isReadOnly(connection);
		if (!this.ledgers.isEmpty()) {
			try {
				if (readRows(connection, this.ledgers)) {
					return marker();
				}
			}
			catch (SQLException ex) {
				if (SqlErrors.isBroken(ex)) {
					throw ex;
				}
			}
		}
		try {
			if (readRows(connection, List.of())) {
				readEach(connection);
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
				this.versions, this.digests);
	}

	private boolean readRows(Connection connection, List<Ledger> ledgers) throws SQLException {
		StringBuilder columns = new StringBuilder();
		StringBuilder joins = new StringBuilder();
		for (int i = 0; i < ledgers.size(); i++) {
			columns.append(", l").append(i).append(".digest as ledger_").append(i);
			joins.append(" cross join (").append(this.dialect.digest(ledgers.get(i))).append(") l").append(i);
		}
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery(SELECT.formatted(this.dialect.readOnly(), columns.toString(), joins.toString()))) {
			boolean any = false;
			while (rows.next()) {
				Tables.layout(rows).requireReadableBy(this.database, Tables.VERSION);
				add(rows);
				for (int i = 0; i < ledgers.size(); i++) {
					this.digests.put(ledgers.get(i), rows.getString("ledger_" + i));
				}
				any = true;
			}
			return any;
		}
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
		this.complete = row.getBoolean("complete");
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
