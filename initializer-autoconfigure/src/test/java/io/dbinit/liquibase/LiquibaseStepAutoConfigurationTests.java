package io.dbinit.liquibase;

import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.Step;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.Servers;
import liquibase.Liquibase;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.ui.UIServiceEnum;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.actuate.endpoint.LiquibaseEndpoint;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LiquibaseStepAutoConfiguration}.
 */
class LiquibaseStepAutoConfigurationTests {

	private final String url = Servers.h2();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class,
				DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
				LiquibaseStepAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + this.url.replace(";USER=sa;PASSWORD=", ""),
				"spring.datasource.username=sa",
				"spring.liquibase.change-log=classpath:io/dbinit/liquibase/changelog.sql");

	@Test
	void runsTheBeanOfSpringBootOnce() {
		this.runner.run((context) -> {
			assertThat(context.getBeanFactory().containsSingleton("liquibase")).isFalse();
			assertThat(ids()).isEmpty();
			assertThat(Application.step(run(context)).changeTexts())
				.containsExactly("changeset io/dbinit/liquibase/changelog.sql::one::a");
			assertThat(ids()).containsExactly("one");
			assertThat(context.getBean(SpringLiquibase.class).getDataSource())
				.isSameAs(context.getBean(DataSource.class));
		});
	}

	@Test
	void doesNotMakeTheBeanWhenThereIsNothingToDo() {
		this.runner.run(this::run);
		this.runner.run((context) -> {
			assertThat(run(context).message()).isEqualTo("Nothing to do");
			assertThat(context.getBeanFactory().containsSingleton("liquibase")).isFalse();
		});
	}

	@Test
	void answersTheEndpoint() {
		this.runner.withBean(LiquibaseEndpoint.class).run((context) -> {
			run(context);
			assertThat(context.getBean(LiquibaseEndpoint.class)
				.liquibaseBeans()
				.getContexts()
				.get(context.getId())
				.getLiquibaseBeans()
				.get("liquibase")
				.getChangeSets()).hasSize(1);
		});
	}

	@Test
	void adoptsTheBeansOfTheApplication() {
		this.runner.withUserConfiguration(TwoBeans.class).run((context) -> {
			assertThat(ids()).isEmpty();
			assertThat(context.getBean(Plan.class).databases()).singleElement()
				.satisfies((database) -> assertThat(context.getBean(Plan.class).steps(database)).extracting(Step::name)
					.containsExactly("liquibase first", "liquibase second"));
			Report report = run(context);
			assertThat(report.databases().get(0).steps()).extracting((step) -> step.changes().size())
				.containsExactly(1, 0);
			assertThat(ids()).containsExactly("one");
		});
	}

	@Test
	void leavesAndReportsWhatItCannotAdopt() {
		this.runner.withUserConfiguration(Hidden.class).run((context) -> {
			assertThat(ids()).containsExactly("one");
			Report report = run(context);
			assertThat(report.databases().get(0).limitations())
				.anyMatch((limitation) -> limitation.contains("'hidden' runs Liquibase by itself"));
		});
	}

	@Test
	void followsAChangeOfItsProperties() {
		this.runner.run(this::run);
		for (String property : List.of("contexts=x", "label-filter=x", "parameters.x=y", "default-schema=PUBLIC",
				"tag=x", "enabled=true", "user=sa", "database-change-log-table=OTHER")) {
			this.runner.withPropertyValues("spring.liquibase." + property)
				.run((context) -> assertThat(
						context.getBean(Plan.class).steps(context.getBean(io.dbinit.Database.class)).get(0))
					.satisfies((step) -> assertThat(context.getBean(io.dbinit.Database.class)
						.look(java.time.Duration.ofSeconds(5), step.ledger().stream().toList())
						.isUpToDate(step)).as(property).isEqualTo(property.equals("enabled=true"))));
		}
	}

	@Test
	void usesTheUserThatSpringBootIsTold() {
		Servers.execute(this.url, "create user migrator password '' admin");
		this.runner.withPropertyValues("spring.liquibase.user=migrator", "spring.liquibase.password=")
			.run((context) -> {
				Report report = run(context);
				assertThat(Application.step(report).changeTexts()).hasSize(1);
				assertThat(report.databases().get(0).limitations()).singleElement()
					.asString()
					.contains("has a separate data source");
			});
		this.runner.withPropertyValues("spring.liquibase.user=migrator", "spring.liquibase.password=")
			.run((context) -> assertThat(run(context).message()).isEqualTo("Nothing to do"));
	}

	@Test
	void usesTheDataSourceForLiquibase() {
		this.runner.withUserConfiguration(OwnDataSource.class).run((context) -> {
			Report report = run(context);
			assertThat(report.databases()).extracting(Report.DatabaseReport::name).containsExactly("jdbc", "own");
			assertThat(report.databases().get(1).steps().get(0).changeTexts()).hasSize(1);
			assertThat(report.databases().get(1).limitations()).isEmpty();
			assertThat(ids()).isEmpty();
			assertThat(new JdbcTemplate(context.getBean("own", DataSource.class))
				.queryForList("select id from databasechangelog", String.class)).containsExactly("one");
			assertThat(run(context).message()).isEqualTo("Nothing to do");
		});
	}

	@Test
	void givesItsBeanWhatSpringBootIsTold() {
		assertThat(BeanUtils.getPropertyDescriptors(LiquibaseProperties.class)).extracting(PropertyDescriptor::getName)
			.as("properties of Spring Boot that are given to the bean, or with which it connects")
			.containsExactlyInAnyOrder("analyticsEnabled", "changeLog", "class", "clearChecksums", "contexts",
					"databaseChangeLogLockTable", "databaseChangeLogTable", "defaultSchema", "driverClassName",
					"dropFirst", "enabled", "labelFilter", "licenseKey", "liquibaseSchema", "liquibaseTablespace",
					"parameters", "password", "rollbackFile", "showSummary", "showSummaryOutput", "tag",
					"testRollbackOnUpdate", "uiService", "url", "user");
		this.runner
			.withPropertyValues("spring.liquibase.analytics-enabled=false", "spring.liquibase.clear-checksums=true",
					"spring.liquibase.contexts=a,b", "spring.liquibase.database-change-log-lock-table=LOCKS",
					"spring.liquibase.database-change-log-table=LOGS", "spring.liquibase.default-schema=PUBLIC",
					"spring.liquibase.drop-first=true", "spring.liquibase.label-filter=c,d",
					"spring.liquibase.license-key=key", "spring.liquibase.liquibase-schema=LIQUIBASE",
					"spring.liquibase.liquibase-tablespace=space", "spring.liquibase.parameters.x=y",
					"spring.liquibase.rollback-file=rollback.sql", "spring.liquibase.show-summary=verbose",
					"spring.liquibase.show-summary-output=console", "spring.liquibase.tag=t",
					"spring.liquibase.test-rollback-on-update=true", "spring.liquibase.ui-service=console")
			.run((context) -> {
				InitializerLiquibase bean = context.getBean(InitializerLiquibase.class);
				assertThat(LiquibaseSettings.of(bean, bean))
					.isEqualTo(LiquibaseSettings.of(context.getBean(LiquibaseProperties.class)))
					.containsEntry("contexts", "a,b")
					.containsEntry("label-filter", "c,d")
					.containsEntry("parameters.x", "y")
					.containsEntry("rollback-file", "rollback.sql")
					.containsKeys("change-log", "tag", "default-schema", "liquibase-schema", "liquibase-tablespace",
							"database-change-log-table", "database-change-log-lock-table", "drop-first",
							"clear-checksums", "test-rollback-on-update", "enabled");
				assertThat(bean).hasFieldOrPropertyWithValue("showSummary", UpdateSummaryEnum.VERBOSE)
					.hasFieldOrPropertyWithValue("showSummaryOutput", UpdateSummaryOutputEnum.CONSOLE)
					.hasFieldOrPropertyWithValue("uiService", UIServiceEnum.CONSOLE)
					.hasFieldOrPropertyWithValue("analyticsEnabled", false)
					.hasFieldOrPropertyWithValue("licenseKey", "key");
			});
	}

	@Test
	void parsesTheChangeLogOnce() {
		String changeLog = "spring.liquibase.change-log=classpath:io/dbinit/liquibase/counting.yaml";
		CountingChange.created.set(0);
		this.runner.withPropertyValues(changeLog, "db-init.enabled=false", "spring.datasource.url=" + Servers.h2())
			.run((context) -> assertThat(context).hasNotFailed());
		int once = CountingChange.created.getAndSet(0);
		assertThat(once).isPositive();
		this.runner.withPropertyValues(changeLog)
			.run((context) -> assertThat(Application.step(run(context)).changeTexts()).hasSize(1));
		assertThat(CountingChange.created).hasValue(once);
	}

	@Test
	void runsTheCustomizerOfTheApplication() {
		List<String> customized = new ArrayList<>();
		this.runner
			.withBean("customizer", Customizer.class,
					() -> (liquibase) -> customized.add(((Liquibase) liquibase).getChangeLogFile()))
			.run((context) -> assertThat(Application.step(run(context)).changeTexts()).hasSize(1));
		assertThat(customized).isNotEmpty();
	}

	@Test
	void leavesOutWhatTheApplicationExcludes() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, DbInitAutoConfiguration.class,
					JdbcDatabaseAutoConfiguration.class, LiquibaseStepAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.url)
			.run((context) -> assertThat(context).doesNotHaveBean(SpringLiquibase.class));
	}

	@Test
	void adoptsEachBeanUnderTheLockOfItsDatabase() {
		this.runner.withUserConfiguration(TwoDataSources.class)
			.withPropertyValues("db-init.databases.one.data-source=oneDataSource",
					"db-init.databases.two.data-source=twoDataSource")
			.run((context) -> assertAdopted(context, "one", "two"));
	}

	@Test
	void addsTheDatabasesThatAreNotNamed() {
		this.runner.withUserConfiguration(TwoDataSources.class)
			.run((context) -> assertAdopted(context, "oneDataSource", "twoDataSource"));
	}

	private void assertAdopted(AssertableApplicationContext context, String... names) {
		Report report = run(context);
		assertThat(report.databases()).extracting(Report.DatabaseReport::name).containsExactly(names);
		assertThat(report.databases()).allSatisfy((database) -> {
			assertThat(database.steps()).singleElement().satisfies((step) -> assertThat(step.changes()).hasSize(1));
			assertThat(database.limitations()).isEmpty();
		});
		for (String dataSource : List.of("oneDataSource", "twoDataSource")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(dataSource, DataSource.class));
			assertThat(jdbc.queryForList("select id from databasechangelog", String.class)).containsExactly("one");
			assertThat(jdbc.queryForObject("select complete from db_init_database", Boolean.class)).isTrue();
		}
		assertThat(run(context).message()).isEqualTo("Nothing to do");
	}

	@Test
	void findsTheDatabaseBehindAWrappedDataSource() {
		this.runner.withUserConfiguration(Wrapped.class).run((context) -> {
			Report report = run(context);
			assertThat(report.databases()).extracting(Report.DatabaseReport::name).containsExactly("jdbc", "second");
			assertThat(report.databases().get(0).steps()).isEmpty();
			assertThat(report.databases().get(1).steps().get(0).changeTexts()).hasSize(1);
			assertThat(report.databases().get(1).limitations()).isEmpty();
		});
	}

	@Test
	void worksOnADatabaseThatOnlyLiquibaseConnectsTo() {
		String other = Servers.h2();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class, DbInitAutoConfiguration.class,
					JdbcDatabaseAutoConfiguration.class, LiquibaseStepAutoConfiguration.class))
			.withPropertyValues("spring.liquibase.url=" + other,
					"spring.liquibase.change-log=classpath:io/dbinit/liquibase/changelog.sql")
			.run((context) -> {
				Report report = run(context);
				assertThat(report.databases()).extracting(Report.DatabaseReport::name).containsExactly("jdbc");
				assertThat(Application.step(report).changeTexts()).hasSize(1);
				assertThat(new JdbcTemplate(new DriverManagerDataSource(other))
					.queryForObject("select complete from db_init_database", Boolean.class)).isTrue();
				assertThat(run(context).message()).isEqualTo("Nothing to do");
			});
	}

	@Test
	void doesNothingWithoutLiquibase() {
		for (ContextConsumer<AssertableApplicationContext> consumer : List
			.<ContextConsumer<AssertableApplicationContext>>of(
					(context) -> assertThat(context).doesNotHaveBean(LiquibaseBeans.class))) {
			this.runner.withClassLoader(new FilteredClassLoader("liquibase")).run(consumer);
			this.runner.withPropertyValues("spring.liquibase.enabled=false").run(consumer);
		}
	}

	@Test
	void leavesLiquibaseToSpringBootWhenDisabled() {
		for (String name : List.of("db-init.enabled", "db-init.liquibase.enabled", "db-init.jdbc.enabled")) {
			this.runner.withPropertyValues(name + "=false", "spring.datasource.url=" + Servers.h2()).run((context) -> {
				assertThat(context).doesNotHaveBean(LiquibaseBeans.class).hasNotFailed();
				assertThat(new JdbcTemplate(context.getBean(DataSource.class))
					.queryForList("select id from databasechangelog", String.class)).containsExactly("one");
			});
		}
	}

	@Test
	void worksBeforeJpaAtContextRefresh() {
		this.runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withPropertyValues("db-init.run-at=context-refresh", "spring.jpa.hibernate.ddl-auto=validate")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(ids()).containsExactly("one");
			});
	}

	@Test
	void doesNotKeepJpaWaitingOtherwise() {
		this.runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withPropertyValues("db-init.run-at=application-runner", "spring.jpa.hibernate.ddl-auto=none")
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("entityManagerFactory")).isTrue();
				assertThat(context.getBeanFactory().containsSingleton("liquibase")).isFalse();
			});
	}

	private Report run(AssertableApplicationContext context) {
		return context.getBean(Initializer.class).run();
	}

	private List<String> ids() {
		JdbcTemplate template = new JdbcTemplate(new DriverManagerDataSource(this.url));
		return template.queryForObject(
				"select count(*) from information_schema.tables where table_name = 'DATABASECHANGELOG'",
				Integer.class) == 0 ? List.of()
						: template.queryForList("select id from databasechangelog order by orderexecuted",
								String.class);
	}

	private static SpringLiquibase liquibase(DataSource dataSource) {
		return liquibase(new SpringLiquibase(), dataSource);
	}

	private static SpringLiquibase liquibase(SpringLiquibase liquibase, DataSource dataSource) {
		liquibase.setDataSource(dataSource);
		liquibase.setChangeLog("classpath:io/dbinit/liquibase/changelog.sql");
		return liquibase;
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoBeans {

		@Bean
		SpringLiquibase first(DataSource dataSource) {
			return liquibase(new SpringLiquibase() {

				@Override
				public void afterPropertiesSet() throws LiquibaseException {
					throw new AssertionError("Must not be called");
				}

			}, dataSource);
		}

		@Bean
		SpringLiquibase second(DataSource dataSource) {
			return liquibase(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		Object hidden(DataSource dataSource) {
			return liquibase(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource oneDataSource() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		DataSource twoDataSource() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		SpringLiquibase oneLiquibase(@Qualifier("oneDataSource") DataSource dataSource) {
			return liquibase(dataSource);
		}

		@Bean
		SpringLiquibase twoLiquibase(@Qualifier("twoDataSource") DataSource dataSource) {
			return liquibase(new LazyConnectionDataSourceProxy(new TransactionAwareDataSourceProxy(dataSource)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wrapped {

		@Bean
		@Primary
		DataSource first(Environment environment) {
			return new DriverManagerDataSource(environment.getRequiredProperty("spring.datasource.url"), "sa", "");
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		SpringLiquibase liquibaseOfSecond(@Qualifier("second") DataSource dataSource) {
			return liquibase(new TransactionAwareDataSourceProxy(dataSource));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		@LiquibaseDataSource
		DataSource own() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		@Primary
		DataSource primary(Environment environment) {
			return new DriverManagerDataSource(environment.getRequiredProperty("spring.datasource.url"), "sa", "");
		}

	}

}
