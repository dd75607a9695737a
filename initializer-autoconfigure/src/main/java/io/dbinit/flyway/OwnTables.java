package io.dbinit.flyway;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the starter in a schema that Flyway is to migrate. Flyway refuses a
 * schema that is not empty and has no history. Where nothing else is there, it is given
 * an empty history: that of a baseline, without the record of the baseline.
 */
final class OwnTables {

	private static final String PREFIX = "db_init_";

	private static final String DESCRIPTION = "db-init";

	private final Configuration configuration;

	private final Connection connection;

	OwnTables(Configuration configuration, Connection connection) {
		this.configuration = configuration;
		this.connection = connection;
	}

	/**
	 * Let Flyway take the schema for an empty one, if it is empty otherwise.
	 */
	void hide() throws SQLException {
		boolean history = hasHistory();
		if (!history && isEmptyOtherwise()) {
			Flyway.configure(this.configuration.getClassLoader())
				.configuration(this.configuration)
				.callbacks(new Callback[0])
				.baselineVersion("0")
				.baselineDescription(DESCRIPTION)
				.load()
				.baseline();
			history = true;
		}
		if (history) {
			deleteBaseline();
		}
	}

	private boolean hasHistory() throws SQLException {
		try (ResultSet tables = this.connection.getMetaData()
			.getTables(catalog(), schema(), this.configuration.getTable(), null)) {
			return tables.next();
		}
	}

	private boolean isEmptyOtherwise() throws SQLException {
		boolean own = false;
		DatabaseMetaData metadata = this.connection.getMetaData();
		try (ResultSet tables = metadata.getTables(catalog(), schema(), "%", null)) {
			while (tables.next()) {
				if (!tables.getString("TABLE_NAME").toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
					return false;
				}
				own = true;
			}
		}
		try (ResultSet functions = metadata.getFunctions(catalog(), schema(), "%");
				ResultSet procedures = metadata.getProcedures(catalog(), schema(), "%")) {
			return own && !functions.next() && !procedures.next();
		}
	}

	/**
	 * A run that was killed in between has left it.
	 */
	private void deleteBaseline() throws SQLException {
		String quote = this.connection.getMetaData().getIdentifierQuoteString();
		String name = (hasSchemas() ? schema() : catalog());
		String sql = "delete from %1$s%2$s%1$s.%1$s%3$s%1$s where %1$stype%1$s = 'BASELINE' and %1$sdescription%1$s = ?"
			.formatted(quote, name, this.configuration.getTable());
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			statement.setString(1, DESCRIPTION);
			statement.executeUpdate();
		}
		if (!this.connection.getAutoCommit()) {
			this.connection.commit();
		}
	}

	/**
	 * MySQL and MariaDB call a schema a catalog.
	 */
	private boolean hasSchemas() throws SQLException {
		return this.connection.getMetaData().supportsSchemasInTableDefinitions();
	}

	private @Nullable String schema() throws SQLException {
		return hasSchemas() ? configured(this.connection.getSchema()) : null;
	}

	private @Nullable String catalog() throws SQLException {
		return hasSchemas() ? this.connection.getCatalog() : configured(this.connection.getCatalog());
	}

	private @Nullable String configured(@Nullable String current) {
		if (this.configuration.getDefaultSchema() != null) {
			return this.configuration.getDefaultSchema();
		}
		String[] schemas = this.configuration.getSchemas();
		return (schemas.length > 0) ? schemas[0] : current;
	}

}
