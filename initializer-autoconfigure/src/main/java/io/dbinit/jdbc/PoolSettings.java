package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Settings that a pool applies to its connections, read from the properties of HikariCP,
 * Tomcat's pool, Commons DBCP and the data sources of Spring.
 */
final class PoolSettings {

	private final BeanWrapper pool;

	PoolSettings(DataSource dataSource) {
		this.pool = PropertyAccessorFactory.forBeanPropertyAccess(unwrap(dataSource));
	}

	/**
	 * Return the data source behind proxies.
	 * @param dataSource a data source
	 * @return the pool, or the data source itself
	 */
	static DataSource unwrap(DataSource dataSource) {
		DataSource target = target(dataSource);
		return (target == null || target == dataSource) ? dataSource : unwrap(target);
	}

	private static @Nullable DataSource target(DataSource dataSource) {
		if (dataSource instanceof DelegatingDataSource delegating) {
			return delegating.getTargetDataSource();
		}
		if (AopProxyUtils.getSingletonTarget(dataSource) instanceof DataSource target) {
			return target;
		}
		try {
			return dataSource.isWrapperFor(DataSource.class) ? dataSource.unwrap(DataSource.class) : null;
		}
		catch (SQLException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return the properties that the pool passes to the driver.
	 * @return the properties
	 */
	Properties driverProperties() {
		Properties properties = new Properties();
		Stream.of("dataSourceProperties", "dbProperties", "connectionProperties")
			.flatMap((name) -> property(name, Properties.class).stream())
			.forEach(properties::putAll);
		return properties;
	}

	/**
	 * Return the statements with which the pool initializes a connection.
	 * @return the statements
	 */
	List<String> initStatements() {
		Stream<String> single = Stream.of("connectionInitSql", "initSQL")
			.flatMap((name) -> property(name, String.class).stream());
		Stream<String> several = property("connectionInitSqls", Collection.class).stream()
			.flatMap((statements) -> ((Collection<?>) statements).stream())
			.map(String::valueOf);
		return Stream.concat(single, several).filter((statement) -> !statement.isBlank()).toList();
	}

	/**
	 * Return how many connections the pool can hold.
	 * @return the number, or empty if the pool does not tell
	 */
	OptionalInt maximumSize() {
		return Stream.of("maximumPoolSize", "maxActive", "maxTotal", "maxPoolSize")
			.flatMap((name) -> property(name, Integer.class).stream())
			.mapToInt(Integer::intValue)
			.filter((size) -> size > 0)
			.findFirst();
	}

	private <T> Optional<T> property(String name, Class<T> type) {
		try {
			Object value = this.pool.isReadableProperty(name) ? this.pool.getPropertyValue(name) : null;
			return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
		}
		catch (RuntimeException ex) {
			return Optional.empty();
		}
	}

	/**
	 * State of a connection as it comes out of a pool.
	 *
	 * @param user the effective user
	 * @param catalog the catalog
	 * @param schemas the schemas in which names are resolved, as the dialect writes them
	 * @param isolation the transaction isolation
	 * @param readOnly whether its transactions may not write
	 */
	record State(String user, @Nullable String catalog, @Nullable String schemas, int isolation, boolean readOnly) {

		static State of(Connection connection) throws SQLException {
			Dialect dialect = Dialect.of(connection);
			return new State(Sql.value(connection, "select current_user").orElse(""), connection.getCatalog(),
					dialect.schemas(connection), connection.getTransactionIsolation(), connection.isReadOnly());
		}

		/**
		 * Bring a connection to this state, as far as it differs.
		 */
		void applyTo(Connection connection) throws SQLException {
			if (this.readOnly != connection.isReadOnly()) {
				connection.setReadOnly(this.readOnly);
			}
			Dialect dialect = Dialect.of(connection);
			if (this.catalog != null && !this.catalog.equals(connection.getCatalog())) {
				connection.setCatalog(this.catalog);
			}
			if (this.schemas != null && !this.schemas.equals(dialect.schemas(connection))) {
				dialect.useSchemas(connection, this.schemas);
			}
			if (this.isolation != connection.getTransactionIsolation()) {
				connection.setTransactionIsolation(this.isolation);
			}
		}

		boolean isOfSameUser(Connection connection) throws SQLException {
			return this.user.equals(Sql.value(connection, "select current_user").orElse(""));
		}

	}

}
