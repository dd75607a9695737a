package io.dbinit.liquibase;

import java.io.File;
import java.sql.Connection;
import java.util.Collection;
import java.util.Map;

import javax.sql.DataSource;

import liquibase.Liquibase;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.UIServiceEnum;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * The Liquibase bean of Spring Boot, run by the initializer instead of the container.
 */
class InitializerLiquibase extends SpringLiquibase implements LiquibaseAccess {

	private @Nullable ParsedChangeLog changeLogToRun;

	/**
	 * Create a bean with the settings that Spring Boot would give it.
	 * @param properties the properties of Spring Boot
	 * @param dataSource the data source of the migration
	 */
	InitializerLiquibase(LiquibaseProperties properties, DataSource dataSource) {
		setDataSource(dataSource);
		setChangeLog(properties.getChangeLog());
		setClearCheckSums(properties.isClearChecksums());
		setContexts(commaSeparated(properties.getContexts()));
		setDefaultSchema(properties.getDefaultSchema());
		setLiquibaseSchema(properties.getLiquibaseSchema());
		setLiquibaseTablespace(properties.getLiquibaseTablespace());
		setDatabaseChangeLogTable(properties.getDatabaseChangeLogTable());
		setDatabaseChangeLogLockTable(properties.getDatabaseChangeLogLockTable());
		setDropFirst(properties.isDropFirst());
		setShouldRun(properties.isEnabled());
		setLabelFilter(commaSeparated(properties.getLabelFilter()));
		setChangeLogParameters(properties.getParameters());
		setRollbackFile(properties.getRollbackFile());
		setTestRollbackOnUpdate(properties.isTestRollbackOnUpdate());
		setTag(properties.getTag());
		PropertyMapper map = PropertyMapper.get();
		map.from(properties::getShowSummary).as(Enum::name).as(UpdateSummaryEnum::valueOf).to(this::setShowSummary);
		map.from(properties::getShowSummaryOutput)
			.as(Enum::name)
			.as(UpdateSummaryOutputEnum::valueOf)
			.to(this::setShowSummaryOutput);
		map.from(properties::getUiService).as(Enum::name).as(UIServiceEnum::valueOf).to(this::setUiService);
		map.from(properties::getAnalyticsEnabled).to(this::setAnalyticsEnabled);
		map.from(properties::getLicenseKey).to(this::setLicenseKey);
	}

	private static @Nullable String commaSeparated(@Nullable Collection<String> values) {
		return CollectionUtils.isEmpty(values) ? null : StringUtils.collectionToCommaDelimitedString(values);
	}

	@Override
	public boolean shouldRun() {
		return this.shouldRun;
	}

	@Override
	public @Nullable File rollbackFile() {
		return this.rollbackFile;
	}

	@Override
	public @Nullable Map<String, String> parameters() {
		return this.parameters;
	}

	/**
	 * Called by the container, at a moment when nothing may run.
	 */
	@Override
	public void afterPropertiesSet() {
	}

	@Override
	public Liquibase create(Connection connection) throws LiquibaseException {
		return super.createLiquibase(connection);
	}

	@Override
	public boolean run(ParsedChangeLog changeLog) throws LiquibaseException {
		this.changeLogToRun = changeLog;
		try {
			super.afterPropertiesSet();
			return true;
		}
		finally {
			this.changeLogToRun = null;
		}
	}

	@Override
	protected Liquibase createLiquibase(Connection connection) throws LiquibaseException {
		ParsedChangeLog changeLog = this.changeLogToRun;
		if (changeLog == null) {
			return super.createLiquibase(connection);
		}
		ResourceAccessor resources = createResourceOpener();
		Liquibase liquibase = changeLog.liquibase(resources, createDatabase(connection, resources));
		if (this.parameters != null) {
			this.parameters.forEach(liquibase::setChangeLogParameter);
		}
		if (isDropFirst()) {
			liquibase.dropAll();
		}
		liquibase.setShowSummaryOutput(this.showSummaryOutput);
		liquibase.setShowSummary(this.showSummary);
		if (getCustomizer() != null) {
			getCustomizer().customize(liquibase);
		}
		return liquibase;
	}

}
