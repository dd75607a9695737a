package io.dbinit.liquibase;

import java.util.Map;

import javax.sql.DataSource;

import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * A Liquibase bean, by its name.
 */
class LiquibaseBean {

	private final String name;

	private final BeanFactory beanFactory;

	private final @Nullable DataSource dataSource;

	/**
	 * Create a bean.
	 * @param name the name of the bean
	 * @param beanFactory the factory to get it from
	 * @param dataSource the application's data source of the database that it works on
	 */
	LiquibaseBean(String name, BeanFactory beanFactory, @Nullable DataSource dataSource) {
		this.name = name;
		this.beanFactory = beanFactory;
		this.dataSource = dataSource;
	}

	String name() {
		return this.name;
	}

	/**
	 * Return the bean, which is created if it does not exist yet.
	 * @return the bean
	 */
	AdoptedLiquibase get() {
		return new AdoptedLiquibase(this.name, this.beanFactory.getBean(this.name, SpringLiquibase.class));
	}

	/**
	 * Return the application's data source of the database that the bean works on.
	 * @return the data source
	 */
	@Nullable DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Return the settings that the bean is expected to have. Creates the bean only if
	 * nothing else tells them.
	 * @return the settings by name
	 */
	Map<String, String> expectedSettings() {
		return settings();
	}

	/**
	 * Return the settings of the bean.
	 * @return the settings by name
	 */
	final Map<String, String> settings() {
		AdoptedLiquibase liquibase = get();
		return LiquibaseSettings.withDataSource(liquibase.settings(), description(liquibase.bean().getDataSource()));
	}

	/**
	 * Return whether the bean has the settings that it is expected to have. Its data
	 * source is not compared, as it may not be known before the bean is created.
	 * @return whether the expected settings are enough to tell a change
	 */
	boolean isAsExpected() {
		return LiquibaseSettings.isSame(expectedSettings(), settings());
	}

	final String description(@Nullable DataSource dataSource) {
		if (dataSource == null || DataSources.isSame(dataSource, this.dataSource)) {
			return "primary";
		}
		return "own, " + DataSources.url(dataSource).orElseGet(() -> dataSource.getClass().getName());
	}

}
