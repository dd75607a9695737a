package io.dbinit.liquibase;

import java.util.Optional;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.StringUtils;

/**
 * The data source that Liquibase works on where Spring Boot configures it: the one marked
 * for it, one with the URL or the user of {@code spring.liquibase}, or the primary one.
 */
final class MigrationDataSource {

	private final ObjectProvider<DataSource> primary;

	private final ObjectProvider<DataSource> marked;

	private final ObjectProvider<LiquibaseConnectionDetails> connectionDetails;

	private @Nullable DataSource dataSource;

	MigrationDataSource(ObjectProvider<DataSource> primary, ObjectProvider<DataSource> marked,
			ObjectProvider<LiquibaseConnectionDetails> connectionDetails) {
		this.primary = primary;
		this.marked = marked;
		this.connectionDetails = connectionDetails;
	}

	/**
	 * Return the data source.
	 * @return the same data source each time
	 */
	synchronized DataSource get() {
		if (this.dataSource == null) {
			this.dataSource = create();
		}
		return this.dataSource;
	}

	private DataSource create() {
		DataSource marked = this.marked.getIfAvailable();
		if (marked != null) {
			return marked;
		}
		DataSource primary = this.primary.getIfUnique();
		LiquibaseConnectionDetails details = this.connectionDetails.getIfAvailable();
		String url = (details != null) ? details.getJdbcUrl() : null;
		if (details != null && url != null) {
			return build(DataSourceBuilder.create().type(SimpleDriverDataSource.class).url(url), details);
		}
		if (details != null && details.getUsername() != null && primary != null) {
			return build(DataSourceBuilder.derivedFrom(primary).type(SimpleDriverDataSource.class), details);
		}
		if (primary == null) {
			throw new InitializationException("Liquibase has no data source: there are several, and none is primary",
					"Annotate one of them with '@Primary' or '@LiquibaseDataSource', or set 'spring.liquibase.enabled' to 'false'. Nothing was changed.",
					null);
		}
		return primary;
	}

	private static DataSource build(DataSourceBuilder<?> builder, LiquibaseConnectionDetails details) {
		builder.username(details.getUsername()).password(details.getPassword());
		if (StringUtils.hasText(details.getDriverClassName())) {
			builder.driverClassName(details.getDriverClassName());
		}
		return builder.build();
	}

	/**
	 * Return the data source by which to tell the database: with another user it is that
	 * of the primary one.
	 * @return the data source
	 */
	DataSource address() {
		LiquibaseConnectionDetails details = this.connectionDetails.getIfAvailable();
		DataSource primary = this.primary.getIfUnique();
		boolean derived = this.marked.getIfAvailable() == null && details != null && details.getJdbcUrl() == null;
		return (derived && primary != null) ? primary : get();
	}

	/**
	 * Return the login of a data source that is no bean.
	 * @return the URL and the user
	 */
	Optional<String> login() {
		LiquibaseConnectionDetails details = this.connectionDetails.getIfAvailable();
		if (this.marked.getIfAvailable() != null || details == null
				|| (details.getJdbcUrl() == null && details.getUsername() == null)) {
			return Optional.empty();
		}
		return Optional.of("own, %s, %s".formatted(details.getJdbcUrl(), details.getUsername()));
	}

}
