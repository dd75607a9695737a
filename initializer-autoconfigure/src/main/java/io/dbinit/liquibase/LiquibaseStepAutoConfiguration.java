package io.dbinit.liquibase;

import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.PlanCustomizer;
import liquibase.change.DatabaseChange;
import liquibase.integration.spring.SpringLiquibase;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
@ConditionalOnBean({ SpringLiquibase.class, Database.class })
@ConditionalOnSingleCandidate(DataSource.class)
@EnableConfigurationProperties(LiquibaseStepProperties.class)
public final class LiquibaseStepAutoConfiguration {

	private static final String DATABASE = "jdbc";

	@Bean
	static LiquibaseBeans dbInitLiquibaseBeans() {
		return new LiquibaseBeans();
	}

	@Bean
	@Order(100)
	PlanCustomizer dbInitLiquibaseSteps(LiquibaseBeans beans, DataSource dataSource,
			@LiquibaseDataSource ObjectProvider<DataSource> liquibaseDataSource,
			ObjectProvider<LiquibaseProperties> liquibaseProperties,
			ObjectProvider<LiquibaseConnectionDetails> connectionDetails, LiquibaseStepProperties properties,
			ConfigurableApplicationContext context) {
		return (plan) -> {
			List<String> names = beans.names();
			for (String name : names) {
				boolean boot = LiquibaseBeans.isOfBoot(context.getBeanFactory(), name);
				DataSource own = boot ? dataSource : dataSource(context, name, dataSource);
				Optional<Database> database = plan.databaseOf(own);
				DataSource adopted = database.isPresent() ? own : dataSource;
				LiquibaseBean bean = boot
						? new BootLiquibaseBean(name, context, adopted, liquibaseProperties.getObject(),
								connectionDetails.getObject(), liquibaseDataSource.getIfAvailable())
						: new LiquibaseBean(name, context, adopted);
				plan.step(database.isPresent() ? database.get().name() : DATABASE,
						new LiquibaseStep((names.size() == 1) ? "liquibase" : "liquibase " + name, bean, context,
								properties.getInDoubt(), beans.notAdopted()));
			}
		};
	}

	private static DataSource dataSource(BeanFactory beanFactory, String name, DataSource primary) {
		DataSource own = beanFactory.getBean(name, SpringLiquibase.class).getDataSource();
		return (own != null) ? own : primary;
	}

}
