package io.dbinit.liquibase;

import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Tells which data sources lead to the same database, without connecting to it.
 */
final class DataSources {

	private static final String[] URL_PROPERTIES = { "jdbcUrl", "url", "URL" };

	private DataSources() {
	}

	/**
	 * Return the data source behind proxies.
	 * @param dataSource a data source
	 * @return the innermost data source
	 */
	static DataSource unwrap(DataSource dataSource) {
		if (dataSource instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null) {
			return unwrap(delegating.getTargetDataSource());
		}
		return (AopProxyUtils.getSingletonTarget(dataSource) instanceof DataSource target) ? unwrap(target)
				: dataSource;
	}

	static boolean isSame(@Nullable DataSource one, @Nullable DataSource other) {
		return one == other || (one != null && other != null && unwrap(one) == unwrap(other));
	}

	/**
	 * Return the URL of a data source.
	 * @param dataSource a data source
	 * @return the URL, or empty if the data source does not tell it
	 */
	static Optional<String> url(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(unwrap(dataSource));
		for (String name : URL_PROPERTIES) {
			if (properties.isReadableProperty(name) && properties.getPropertyValue(name) instanceof String url) {
				return Optional.of(url);
			}
		}
		return Optional.empty();
	}

	/**
	 * Return the address of a database: its URL without parameters, like that of the
	 * user.
	 * @param dataSource a data source
	 * @return the address, or empty if the data source does not tell it
	 */
	static Optional<String> address(DataSource dataSource) {
		return url(dataSource).map((url) -> url.split("[?;]", 2)[0]);
	}

}
