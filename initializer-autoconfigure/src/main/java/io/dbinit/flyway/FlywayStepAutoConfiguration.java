package io.dbinit.flyway;

import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the steps that run the application's Flyway beans, Spring Boot's
 * own or those that the application defines.
 *
 * @see FlywayStepProperties
 */
@AutoConfiguration(after = FlywayAutoConfiguration.class, afterName = "io.dbinit.jdbc.JdbcDatabaseAutoConfiguration")
@ConditionalOnClass({ Flyway.class, FlywayAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = { "db-init.enabled", "db-init.jdbc.enabled", "db-init.flyway.enabled" },
		matchIfMissing = true)
@ConditionalOnBean(Flyway.class)
@EnableConfigurationProperties(FlywayStepProperties.class)
public final class FlywayStepAutoConfiguration {

	private static final String PRIMARY = "jdbc";

	private static final String LIQUIBASE = "liquibase";

	@Bean
	static FlywayBeans dbInitFlywayBeans() {
		return new FlywayBeans();
	}

	/**
	 * Before the steps of Liquibase, if Flyway migrates first.
	 */
	@Bean
	@Order(90)
	PlanCustomizer dbInitFlywayStepsBeforeLiquibase(FlywayBeans beans, ObjectProvider<DataSource> dataSource,
			@FlywayDataSource ObjectProvider<DataSource> flywayDataSource,
			ObjectProvider<FlywayConnectionDetails> connectionDetails, ObjectProvider<FlywayProperties> properties,
			FlywayStepProperties stepProperties, ConfigurableApplicationContext context) {
		MigrationDataSource migration = new MigrationDataSource(dataSource, flywayDataSource, connectionDetails);
		return (plan) -> {
			if (stepProperties.getOrder() == FlywayStepProperties.Order.BEFORE_LIQUIBASE) {
				add(plan, beans, migration, properties, stepProperties, context);
			}
		};
	}

	@Bean
	@Order(110)
	PlanCustomizer dbInitFlywaySteps(FlywayBeans beans, ObjectProvider<DataSource> dataSource,
			@FlywayDataSource ObjectProvider<DataSource> flywayDataSource,
			ObjectProvider<FlywayConnectionDetails> connectionDetails, ObjectProvider<FlywayProperties> properties,
			FlywayStepProperties stepProperties, ConfigurableApplicationContext context) {
		MigrationDataSource migration = new MigrationDataSource(dataSource, flywayDataSource, connectionDetails);
		return (plan) -> {
			if (stepProperties.getOrder() != FlywayStepProperties.Order.BEFORE_LIQUIBASE) {
				add(plan, beans, migration, properties, stepProperties, context);
			}
		};
	}

	private static void add(Plan.Builder plan, FlywayBeans beans, MigrationDataSource dataSource,
			ObjectProvider<FlywayProperties> properties, FlywayStepProperties stepProperties,
			ConfigurableApplicationContext context) {
		List<String> names = beans.names();
		for (String name : names) {
			FlywayBean bean = beans.isOfBoot(name)
					? new FlywayBean.OfBoot(name, context, properties.getObject(), dataSource)
					: new FlywayBean(name, context);
			String database = database(plan, bean);
			boolean shared = plan.stepNames(database).stream().anyMatch((step) -> step.startsWith(LIQUIBASE));
			if (shared && stepProperties.getOrder() == null) {
				requireNoMigrations(database, bean);
				continue;
			}
			plan.step(database, new FlywayStep((names.size() == 1) ? "flyway" : "flyway " + name, bean,
					stepProperties.getInDoubt()));
		}
	}

	/**
	 * Find the database of a bean, or add it to the plan.
	 */
	private static String database(Plan.Builder plan, FlywayBean bean) {
		DataSource dataSource = Objects.requireNonNull(bean.dataSource(),
				() -> "'dataSource' of bean '%s' must not be null".formatted(bean.name()));
		return plan.databaseOf(dataSource)
			.map(Database::name)
			.orElseGet(() -> plan.addDatabase(plan.database(PRIMARY).isEmpty() ? PRIMARY : bean.name(), dataSource)
				.name());
	}

	/**
	 * Two tools that both have something to migrate in one database need an order. One
	 * that has nothing, as it is only on the class path, is left out.
	 */
	private static void requireNoMigrations(String database, FlywayBean bean) {
		if (!bean.dependencies().isEmpty(bean.context())) {
			throw new InitializationException(
					"Both Liquibase and Flyway (bean '%s') migrate '%s', and nothing says which of them comes first"
						.formatted(bean.name(), database),
					"Set 'db-init.flyway.order' to 'before-liquibase' or 'after-liquibase', or switch one of them off with 'spring.flyway.enabled' or 'spring.liquibase.enabled'. Nothing was changed.",
					null);
		}
	}

}
