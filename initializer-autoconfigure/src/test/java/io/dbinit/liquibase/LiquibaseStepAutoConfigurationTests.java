package io.dbinit.liquibase;

import java.util.List;

import javax.sql.DataSource;

import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.Step;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.Servers;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.actuate.endpoint.LiquibaseEndpoint;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

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
					.satisfies((step) -> assertThat(step.isUpToDate(context.getBean(io.dbinit.Database.class)
						.look(java.time.Duration.ofSeconds(5))
						.steps()
						.get("liquibase"))).as(property).isEqualTo(property.equals("enabled=true"))));
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
					.contains("data source of its own");
			});
		this.runner.withPropertyValues("spring.liquibase.user=migrator", "spring.liquibase.password=")
			.run((context) -> assertThat(run(context).message()).isEqualTo("Nothing to do"));
	}

	@Test
	void usesTheDataSourceForLiquibase() {
		this.runner.withUserConfiguration(OwnDataSource.class).run((context) -> {
			assertThat(Application.step(run(context)).changeTexts()).hasSize(1);
			assertThat(ids()).isEmpty();
			assertThat(new JdbcTemplate(context.getBean("own", DataSource.class))
				.queryForList("select id from databasechangelog", String.class)).containsExactly("one");
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
			.withPropertyValues("spring.jpa.hibernate.ddl-auto=none")
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
	static class OwnDataSource {

		@Bean
		@LiquibaseDataSource
		DataSource own() {
			return new DriverManagerDataSource(Servers.h2());
		}

		@Bean
		@org.springframework.context.annotation.Primary
		DataSource primary(org.springframework.core.env.Environment environment) {
			return new DriverManagerDataSource(environment.getRequiredProperty("spring.datasource.url"), "sa", "");
		}

	}

}
