package io.dbinit.jdbc;

import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.autoconfigure.DbInitProperties;
import io.dbinit.verify.VerifyStep;

import org.springframework.beans.factory.BeanFactory;
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
@EnableConfigurationProperties({ DbInitProperties.class, JdbcProperties.class })
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
	@Order(0)
	PlanCustomizer dbInitNamedJdbcDatabases(DbInitProperties properties, BeanFactory beanFactory) {
		return (plan) -> {
			plan.databaseFactory(DataSource.class, JdbcDatabase::new);
			for (Map.Entry<String, DbInitProperties.Database> entry : properties.getDatabases().entrySet()) {
				DbInitProperties.Database database = entry.getValue();
				String dataSource = database.getDataSource();
				if (dataSource != null) {
					plan.database(new JdbcDatabase(entry.getKey(), beanFactory.getBean(dataSource, DataSource.class)));
					verify(plan, entry.getKey(), database.getVerifyTables());
				}
			}
		};
	}

	@Bean
	@Order(400)
	@ConditionalOnBean(JdbcDatabase.class)
	PlanCustomizer dbInitVerifyTablesPlanCustomizer(JdbcDatabase database, JdbcProperties properties) {
		return (plan) -> verify(plan, database.name(), properties.getVerify().getTables());
	}

	private static void verify(Plan.Builder plan, String database, List<String> tables) {
		if (!tables.isEmpty()) {
			plan.step(database,
					new VerifyStep("verify tables", List.copyOf(tables.stream().map(TableCheck::new).toList())));
		}
	}

}
