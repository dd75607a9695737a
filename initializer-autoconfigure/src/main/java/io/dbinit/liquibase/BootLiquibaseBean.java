package io.dbinit.liquibase;

import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.util.StringUtils;

/**
 * Spring Boot's own Liquibase bean, of which the properties tell everything. If something
 * else has a say in it, like a bean post-processor, that shows when it has run.
 */
final class BootLiquibaseBean extends LiquibaseBean {

	private final LiquibaseProperties properties;

	private final LiquibaseConnectionDetails connection;

	private final @Nullable DataSource own;

	BootLiquibaseBean(String name, BeanFactory beanFactory, DataSource primary, LiquibaseProperties properties,
			LiquibaseConnectionDetails connection, @Nullable DataSource own) {
		super(name, beanFactory, primary);
		this.properties = properties;
		this.connection = connection;
		this.own = own;
	}

	@Override
	Map<String, String> expectedSettings() {
		LiquibaseProperties properties = this.properties;
		LiquibaseSettings settings = new LiquibaseSettings();
		settings.put("change-log", properties.getChangeLog());
		settings.put("contexts", StringUtils.collectionToCommaDelimitedString(properties.getContexts()));
		settings.put("label-filter", StringUtils.collectionToCommaDelimitedString(properties.getLabelFilter()));
		settings.put("tag", properties.getTag());
		settings.put("default-schema", properties.getDefaultSchema());
		settings.put("liquibase-schema", properties.getLiquibaseSchema());
		settings.put("liquibase-tablespace", properties.getLiquibaseTablespace());
		settings.put("database-change-log-table", properties.getDatabaseChangeLogTable());
		settings.put("database-change-log-lock-table", properties.getDatabaseChangeLogLockTable());
		settings.put("drop-first", properties.isDropFirst());
		settings.put("clear-checksums", properties.isClearChecksums());
		settings.put("test-rollback-on-update", properties.isTestRollbackOnUpdate());
		settings.put("rollback-file", properties.getRollbackFile());
		settings.put("enabled", properties.isEnabled());
		settings.parameters(properties.getParameters());
		putDataSource(settings, dataSource());
		return settings.toMap();
	}

	private String dataSource() {
		if (this.own != null) {
			return dataSource(this.own);
		}
		String url = this.connection.getJdbcUrl();
		String user = this.connection.getUsername();
		return (url == null && user == null) ? "primary" : "own, %s, %s".formatted(url, user);
	}

}
