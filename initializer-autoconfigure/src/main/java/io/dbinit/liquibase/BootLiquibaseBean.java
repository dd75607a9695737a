package io.dbinit.liquibase;

import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;

/**
 * The Liquibase bean of Spring Boot, whose settings are known from its properties. A bean
 * post-processor may change them, which shows once the bean is created.
 */
final class BootLiquibaseBean extends LiquibaseBean {

	private final LiquibaseProperties properties;

	private final MigrationDataSource migrationDataSource;

	BootLiquibaseBean(String name, BeanFactory beanFactory, @Nullable DataSource dataSource,
			LiquibaseProperties properties, MigrationDataSource migrationDataSource) {
		super(name, beanFactory, dataSource);
		this.properties = properties;
		this.migrationDataSource = migrationDataSource;
	}

	@Override
	Map<String, String> expectedSettings() {
		return LiquibaseSettings.withDataSource(LiquibaseSettings.of(this.properties),
				this.migrationDataSource.login().orElseGet(() -> description(this.migrationDataSource.get())));
	}

}
