package io.dbinit.liquibase;

import java.util.Map;

import javax.sql.DataSource;

import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.BeanFactory;

/**
 * A Liquibase bean by its name, and what is known of it before it is made.
 */
class LiquibaseBean {

	private static final String DATA_SOURCE = "data-source";

	private final String name;

	private final BeanFactory beanFactory;

	private final DataSource primary;

	LiquibaseBean(String name, BeanFactory beanFactory, DataSource primary) {
		this.name = name;
		this.beanFactory = beanFactory;
		this.primary = primary;
	}

	String name() {
		return this.name;
	}

	/**
	 * Return the bean, which is made now if it was not before.
	 * @return the bean
	 */
	AdoptedLiquibase get() {
		return new AdoptedLiquibase(this.name, this.beanFactory.getBean(this.name, SpringLiquibase.class));
	}

	/**
	 * Return the application's data source.
	 * @return the data source
	 */
	DataSource primary() {
		return this.primary;
	}

	/**
	 * Return what is known of the bean without making it, if that is enough.
	 * @return the settings by name
	 */
	Map<String, String> expectedSettings() {
		return settings();
	}

	/**
	 * Return what the bean was told.
	 * @return the settings by name
	 */
	Map<String, String> settings() {
		AdoptedLiquibase liquibase = get();
		Map<String, String> settings = liquibase.settings();
		settings.put(DATA_SOURCE, dataSource(liquibase.bean().getDataSource()));
		return settings;
	}

	/**
	 * Return whether the bean is as it was expected to be. Its data source is not
	 * compared: it can only be expected.
	 * @return whether it is enough to look at what is expected
	 */
	boolean isAsExpected() {
		Map<String, String> expected = expectedSettings();
		Map<String, String> settings = settings();
		settings.put(DATA_SOURCE, expected.getOrDefault(DATA_SOURCE, ""));
		return settings.equals(expected);
	}

	final String dataSource(@Nullable DataSource dataSource) {
		return (dataSource == this.primary || dataSource == null) ? "primary" : "own, " + url(dataSource);
	}

	private static String url(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		for (String name : new String[] { "jdbcUrl", "url" }) {
			if (properties.isReadableProperty(name)) {
				return String.valueOf(properties.getPropertyValue(name));
			}
		}
		return dataSource.getClass().getName();
	}

	static void putDataSource(LiquibaseSettings settings, String dataSource) {
		settings.put(DATA_SOURCE, dataSource);
	}

}
