package io.dbinit.jdbc;

import java.util.List;

import javax.sql.DataSource;

import io.dbinit.PlanCustomizer;
import io.dbinit.verify.VerifyStep;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Auto-configuration of the database behind the primary data source.
 *
 * @see JdbcProperties
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ DataSourceBuilder.class, SimpleDriverDataSource.class })
@ConditionalOnBooleanProperty(name = { "db-init.enabled", "db-init.jdbc.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties(JdbcProperties.class)
public final class JdbcDatabaseAutoConfiguration {

	private static final String NAME = "jdbc";

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(DataSource.class)
	JdbcDatabase dbInitJdbcDatabase(DataSource dataSource) {
		return new JdbcDatabase(NAME, dataSource);
	}

	@Bean
	@Order(0)
	@ConditionalOnBean(JdbcDatabase.class)
	PlanCustomizer dbInitJdbcPlanCustomizer(JdbcDatabase database) {
		return (plan) -> plan.database(database);
	}

	@Bean
	@Order(400)
	@ConditionalOnBean(JdbcDatabase.class)
	PlanCustomizer dbInitVerifyTablesPlanCustomizer(JdbcDatabase database, JdbcProperties properties) {
		List<TableCheck> checks = properties.getVerify().getTables().stream().map(TableCheck::new).toList();
		return (plan) -> {
			if (!checks.isEmpty()) {
				plan.step(database.name(), new VerifyStep("verify tables", List.copyOf(checks)));
			}
		};
	}

}
