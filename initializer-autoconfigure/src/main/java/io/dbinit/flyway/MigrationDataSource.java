package io.dbinit.flyway;

import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;

/**
 * The data source that Flyway works on where Spring Boot configures it.
 */
final class MigrationDataSource {

	private final ObjectProvider<DataSource> primary;

	private final ObjectProvider<DataSource> marked;

	private final ObjectProvider<FlywayConnectionDetails> connectionDetails;

	MigrationDataSource(ObjectProvider<DataSource> primary, ObjectProvider<DataSource> marked,
			ObjectProvider<FlywayConnectionDetails> connectionDetails) {
		this.primary = primary;
		this.marked = marked;
		this.connectionDetails = connectionDetails;
	}

	/**
	 * Return the data source by which to tell the database, if it is known without
	 * Flyway: that of the application, even where Flyway has another user.
	 */
	Optional<DataSource> known() {
		DataSource marked = this.marked.getIfAvailable();
		if (marked != null) {
			return Optional.of(marked);
		}
		@Nullable FlywayConnectionDetails details = this.connectionDetails.getIfAvailable();
		return (details != null && details.getJdbcUrl() != null) ? Optional.empty()
				: Optional.ofNullable(this.primary.getIfUnique());
	}

}
