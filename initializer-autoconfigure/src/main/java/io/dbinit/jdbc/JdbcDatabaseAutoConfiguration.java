package io.dbinit.jdbc;

import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.structure.VerifyStep;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration of the database behind the primary data source.
 *
 * @see JdbcProperties
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ DataSourceBuilder.class, SimpleDriverDataSource.class })
@ConditionalOnBooleanProperty(name = "db-init.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ DatabasesProperties.class, JdbcProperties.class })
public final class JdbcDatabaseAutoConfiguration {

	private static final String NAME = "jdbc";

	private static final boolean LIQUIBASE_PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails",
			JdbcDatabaseAutoConfiguration.class.getClassLoader());

	private static final boolean FLYWAY_PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails",
			JdbcDatabaseAutoConfiguration.class.getClassLoader());

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "db-init.jdbc.enabled", matchIfMissing = true)
	@ConditionalOnSingleCandidate(DataSource.class)
	JdbcDatabase dbInitJdbcDatabase(DataSource dataSource) {
		return new JdbcDatabase(NAME, dataSource);
	}

	@Bean
	@Order(0)
	@ConditionalOnBean(JdbcDatabase.class)
	PlanCustomizer dbInitJdbcPlanCustomizer(JdbcDatabase database, JdbcProperties properties, BeanFactory beanFactory) {
		return (plan) -> {
			Login login = properties.login();
			if (!login.isPresent() && LIQUIBASE_PRESENT) {
				login = LiquibaseLogin.of(beanFactory);
			}
			if (!login.isPresent() && FLYWAY_PRESENT) {
				login = FlywayLogin.of(beanFactory);
			}
			database.login(login);
			database.patience(properties.patience());
			plan.database(database);
		};
	}

	@Bean
	@Order(0)
	PlanCustomizer dbInitNamedJdbcDatabases(DatabasesProperties databases, ListableBeanFactory beanFactory,
			Environment environment) {
		return (plan) -> {
			plan.databaseFactory(DataSource.class, JdbcDatabase::new);
			databases.getDatabases().forEach((name, database) -> {
				JdbcProperties properties = DatabasesProperties.of(name, "jdbc", Bindable.of(JdbcProperties.class),
						environment);
				if (database.getDataSource() != null && properties.isEnabled()) {
					JdbcDatabase named = new JdbcDatabase(name, DatabasesProperties.bean(name, "data-source",
							database.getDataSource(), DataSource.class, beanFactory));
					named.login(properties.login());
					named.patience(properties.patience());
					plan.database(named);
					verify(plan, name,
							Stream.of(database.getVerifyTables(), properties.getVerify().getTables())
								.flatMap(List::stream)
								.distinct()
								.toList());
				}
			});
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

	/**
	 * User of {@code spring.liquibase.user}, who migrates the primary database. A
	 * {@code spring.liquibase.url} may lead to another database.
	 */
	private static final class LiquibaseLogin {

		static Login of(BeanFactory beanFactory) {
			LiquibaseConnectionDetails details = beanFactory.getBeanProvider(LiquibaseConnectionDetails.class)
				.getIfUnique();
			return (details == null || details.getJdbcUrl() != null) ? Login.NONE
					: new Login(null, details.getUsername(), details.getPassword());
		}

	}

	/**
	 * The same for {@code spring.flyway.user}.
	 */
	private static final class FlywayLogin {

		static Login of(BeanFactory beanFactory) {
			FlywayConnectionDetails details = beanFactory.getBeanProvider(FlywayConnectionDetails.class).getIfUnique();
			return (details == null || details.getJdbcUrl() != null) ? Login.NONE
					: new Login(null, details.getUsername(), details.getPassword());
		}

	}

}
