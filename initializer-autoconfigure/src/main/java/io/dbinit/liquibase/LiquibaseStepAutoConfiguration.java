package io.dbinit.liquibase;

import java.util.List;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.InitializationException;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import liquibase.Liquibase;
import liquibase.change.DatabaseChange;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Auto-configuration of the steps that run the application's Liquibase beans, Spring
 * Boot's own or those that the application defines.
 *
 * @see LiquibaseStepProperties
 */
@AutoConfiguration(after = LiquibaseAutoConfiguration.class, afterName = "io.dbinit.jdbc.JdbcDatabaseAutoConfiguration")
@ConditionalOnClass({ SpringLiquibase.class, DatabaseChange.class, LiquibaseAutoConfiguration.class,
		DelegatingDataSource.class })
@ConditionalOnBooleanProperty(name = { "db-init.enabled", "db-init.jdbc.enabled", "db-init.liquibase.enabled" },
		matchIfMissing = true)
@ConditionalOnBean(SpringLiquibase.class)
@EnableConfigurationProperties({ DatabasesProperties.class, LiquibaseStepProperties.class })
public final class LiquibaseStepAutoConfiguration {

	static final String FACTORY_METHOD = "bootLiquibase";

	@Bean
	static LiquibaseBeans dbInitLiquibaseBeans() {
		return new LiquibaseBeans();
	}

	@Bean
	MigrationDataSource dbInitMigrationDataSource(ObjectProvider<DataSource> dataSource,
			@LiquibaseDataSource ObjectProvider<DataSource> liquibaseDataSource,
			ObjectProvider<LiquibaseConnectionDetails> connectionDetails) {
		return new MigrationDataSource(dataSource, liquibaseDataSource, connectionDetails);
	}

	/**
	 * Called by {@link LiquibaseBeans} in place of Spring Boot's own bean method, so that
	 * the conditions of that method hold.
	 */
	static InitializerLiquibase bootLiquibase(LiquibaseProperties properties, MigrationDataSource dataSource,
			ObjectProvider<Customizer<Liquibase>> customizer) {
		InitializerLiquibase liquibase = new InitializerLiquibase(properties, dataSource.get());
		customizer.ifAvailable(liquibase::setCustomizer);
		return liquibase;
	}

	@Bean
	@Order(100)
	PlanCustomizer dbInitLiquibaseSteps(LiquibaseBeans beans, MigrationDataSource migrationDataSource,
			ObjectProvider<LiquibaseProperties> liquibaseProperties, LiquibaseStepProperties properties,
			DatabasesProperties named, ConfigurableApplicationContext context) {
		return (plan) -> {
			LiquibaseDatabases databases = new LiquibaseDatabases(plan, context);
			List<String> names = beans.names();
			for (String name : names) {
				boolean boot = beans.isOfBoot(name);
				Database database = databases.find(name,
						boot ? migrationDataSource.address() : dataSource(context, name));
				DataSource dataSource = LiquibaseDatabases.dataSource(database);
				LiquibaseBean bean = boot ? new BootLiquibaseBean(name, context, dataSource,
						liquibaseProperties.getObject(), migrationDataSource)
						: new LiquibaseBean(name, context, dataSource);
				plan.step(database.name(), new LiquibaseStep((names.size() == 1) ? "liquibase" : "liquibase " + name,
						bean, context, inDoubt(database.name(), properties, named, context), beans.notAdopted()));
			}
		};
	}

	private static InDoubt inDoubt(String database, LiquibaseStepProperties properties, DatabasesProperties named,
			ConfigurableApplicationContext context) {
		if (!named.getDatabases().containsKey(database)) {
			return properties.getInDoubt();
		}
		LiquibaseStepProperties own = new LiquibaseStepProperties();
		own.setInDoubt(properties.getInDoubt());
		return DatabasesProperties.of(database, "liquibase", Bindable.ofInstance(own), context.getEnvironment())
			.getInDoubt();
	}

	private static DataSource dataSource(BeanFactory beanFactory, String name) {
		DataSource dataSource = beanFactory.getBean(name, SpringLiquibase.class).getDataSource();
		if (dataSource == null) {
			throw new InitializationException("Bean '%s' has no data source".formatted(name),
					"Set the data source of the bean. Nothing was changed.", null);
		}
		return dataSource;
	}

}
