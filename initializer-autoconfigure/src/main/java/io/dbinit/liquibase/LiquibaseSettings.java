package io.dbinit.liquibase;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import io.dbinit.Ledger;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.util.StringUtils;

/**
 * The settings that a run of Liquibase depends on besides its files, by name: those of
 * its bean, of Liquibase's own configuration and the database it works on. The same names
 * stand for properties of Spring Boot and for those of a bean, so that nothing of
 * Liquibase is loaded where the properties are enough.
 */
final class LiquibaseSettings {

	private static final String DATA_SOURCE = "data-source";

	private static final List<String> LEDGER_COLUMNS = List.of("ID", "AUTHOR", "FILENAME", "MD5SUM", "EXECTYPE");

	private final Map<String, String> settings = new TreeMap<>(ExternalVariables.ofLiquibase());

	private LiquibaseSettings() {
	}

	/**
	 * Return the settings of the bean that Spring Boot's properties describe.
	 * @param properties the properties
	 * @return the settings by name
	 */
	static Map<String, String> of(LiquibaseProperties properties) {
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
		settings.putParameters(properties.getParameters());
		return settings.settings;
	}

	/**
	 * Return the settings of a bean.
	 * @param bean the bean
	 * @param access access to settings that the bean does not show
	 * @return the settings by name
	 */
	static Map<String, String> of(SpringLiquibase bean, LiquibaseAccess access) {
		LiquibaseSettings settings = new LiquibaseSettings();
		settings.put("change-log", bean.getChangeLog());
		settings.put("contexts", bean.getContexts());
		settings.put("label-filter", bean.getLabelFilter());
		settings.put("tag", bean.getTag());
		settings.put("default-schema", bean.getDefaultSchema());
		settings.put("liquibase-schema", bean.getLiquibaseSchema());
		settings.put("liquibase-tablespace", bean.getLiquibaseTablespace());
		settings.put("database-change-log-table", bean.getDatabaseChangeLogTable());
		settings.put("database-change-log-lock-table", bean.getDatabaseChangeLogLockTable());
		settings.put("drop-first", bean.isDropFirst());
		settings.put("clear-checksums", bean.isClearCheckSums());
		settings.put("test-rollback-on-update", bean.isTestRollbackOnUpdate());
		settings.put("rollback-file", access.rollbackFile());
		settings.put("enabled", access.shouldRun());
		settings.putParameters(access.parameters());
		return settings.settings;
	}

	/**
	 * Add the data source that the bean works on.
	 * @param settings the settings of the bean
	 * @param dataSource a description of the data source
	 * @return the settings
	 */
	static Map<String, String> withDataSource(Map<String, String> settings, String dataSource) {
		settings.put(DATA_SOURCE, dataSource);
		return settings;
	}

	/**
	 * Return whether two maps of settings differ in nothing but the data source.
	 * @param expected the settings by name
	 * @param actual the other settings by name
	 * @return whether they are the same
	 */
	static boolean isSame(Map<String, String> expected, Map<String, String> actual) {
		Map<String, String> compared = new TreeMap<>(actual);
		compared.put(DATA_SOURCE, expected.getOrDefault(DATA_SOURCE, ""));
		return compared.equals(expected);
	}

	/**
	 * Return the ledger of a run with these settings.
	 * @param settings the settings by name
	 * @return the ledger, or empty if Liquibase does not run
	 */
	static Optional<Ledger> ledger(Map<String, String> settings) {
		if (!"true".equals(settings.get("enabled"))) {
			return Optional.empty();
		}
		String schema = settings.getOrDefault("liquibase-schema", settings.get("default-schema"));
		return Optional.of(new Ledger(schema, settings.getOrDefault("database-change-log-table", "DATABASECHANGELOG"),
				"ORDEREXECUTED", LEDGER_COLUMNS));
	}

	private void put(String name, @Nullable Object value) {
		String text = Objects.toString(value, "");
		if (!text.isEmpty()) {
			this.settings.put(name, text);
		}
	}

	private void putParameters(@Nullable Map<String, String> parameters) {
		if (parameters != null) {
			parameters.forEach((name, value) -> this.settings.put("parameters." + name, String.valueOf(value)));
		}
	}

}
