package io.dbinit.autoconfigure;

import java.time.Clock;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeclaredDatabases}: what is configured for a database that is not
 * there is never left out in silence.
 */
class DeclaredDatabasesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(DataSourceAutoConfiguration.class, DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class));

	@Test
	void tablesNeedADataSource() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class))
			.withPropertyValues("db-init.jdbc.verify.tables=orders")
			.run((context) -> assertFailure(context,
					"'db-init.jdbc.verify.tables' is for the database 'jdbc', which is not there: there is no data source",
					"Define a data source, with 'spring-boot-starter-jdbc' and its properties, or remove the definition."));
	}

	@Test
	void tablesNeedSpringJdbc() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.withPropertyValues("db-init.jdbc.verify.tables=orders")
			.run((context) -> assertFailure(context,
					"'db-init.jdbc.verify.tables' is for the database 'jdbc', which is not there",
					"spring-boot-starter-jdbc"));
	}

	@Test
	void ofTwoDataSourcesOneMustBeChosen() {
		this.runner.withBean("first", DataSource.class, DeclaredDatabasesTests::h2)
			.withBean("second", DataSource.class, DeclaredDatabasesTests::h2)
			.withPropertyValues("db-init.jdbc.verify.tables=orders")
			.run((context) -> assertFailure(context,
					"there are 2 data sources and none of them is primary: 'first', 'second'",
					"Annotate one of them with '@Primary', or name the data source with 'db-init.databases.<name>.data-source'"));
	}

	@Test
	void nothingIsRequiredOfADatabaseThatIsSwitchedOff() {
		this.runner.withPropertyValues("db-init.jdbc.verify.tables=orders", "db-init.jdbc.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		named().withPropertyValues("db-init.databases.orders.jdbc.enabled=false")
			.run((context) -> assertThat(context.getBean(Plan.class).databases()).isEmpty());
	}

	@Test
	void aNamedDatabaseNeedsItsLibrary() {
		named().withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.run((context) -> assertFailure(context,
					"'db-init.databases.orders' is not supported, as Spring's JDBC support is not on the class path",
					"Add the dependency 'spring-boot-starter-jdbc'"));
	}

	@Test
	void aNamedDatabaseIsThereWhereThePrimaryOneIsSwitchedOff() {
		named().withPropertyValues("db-init.jdbc.enabled=false")
			.run((context) -> assertThat(context.getBean(Plan.class).databases()).extracting((each) -> each.name())
				.containsExactly("orders"));
	}

	@ParameterizedTest
	@CsvSource({ "mongodb.locations=a, mongodb, mongo-client", "mongock.packages=a, mongock, mongo-client",
			"mongock.transactional=true, mongock, mongo-client", "locations=a, locations, mongo-client",
			"mongock-packages=a, mongock-packages, mongo-client",
			"mongodb.collections.users.capped=true, mongodb, mongo-client" })
	void anSqlDatabaseHasNoPropertiesOfMongoDb(String property, String name, String client) {
		named().withPropertyValues("db-init.databases.orders." + property)
			.run((context) -> assertFailure(context,
					"'db-init.databases.orders' has '%s', but no '%s'".formatted(name, client), "Move '" + name + "'"));
	}

	@ParameterizedTest
	@CsvSource({ "jdbc.verify.tables=a, jdbc", "liquibase.in-doubt=applied, liquibase",
			"verify-tables=a, verify-tables" })
	void aMongoDbDatabaseHasNoPropertiesOfSql(String property, String name) {
		this.runner
			.withPropertyValues("db-init.databases.events.mongo-client=a", "db-init.databases.events." + property)
			.run((context) -> assertFailure(context,
					"'db-init.databases.events' has '%s', but no 'data-source'".formatted(name),
					"Move '" + name + "'"));
	}

	@ParameterizedTest
	@CsvSource({ "orderDataSource, ', did you mean ''ordersDataSource''?'",
			"clock, ', known are [''ordersDataSource'']'" })
	void theBeanMustBeADataSource(String bean, String hint) {
		named().withBean("clock", Clock.class, Clock::systemUTC)
			.withPropertyValues("db-init.databases.orders.data-source=" + bean)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo("db-init.databases.orders.data-source");
					assertThat(ex.getValue()).isEqualTo(bean);
					assertThat(ex.getReason())
						.isEqualTo("must be the name of a bean of type javax.sql.DataSource" + hint);
				}));
	}

	@Test
	void aNamedDatabaseHasThePropertiesOfThePrimaryOne() {
		named()
			.withPropertyValues("db-init.databases.orders.verify-tables=one",
					"db-init.databases.orders.jdbc.verify.tables=two,one")
			.run((context) -> {
				Plan plan = context.getBean(Plan.class);
				assertThat(plan.steps(plan.databases().get(0))).extracting(Step::name).containsExactly("verify tables");
				assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(() -> context.getBean(Initializer.class).run());
				assertThat(context.getBean(Initializer.class).report().databases().get(0).mismatches())
					.extracting((mismatch) -> mismatch.subject())
					.containsExactly("table 'one'", "table 'two'");
			});
	}

	@Test
	void aNameCanHaveAnyCharacters() {
		this.runner.withBean("ordersDataSource", DataSource.class, DeclaredDatabasesTests::h2)
			.withBean("otherDataSource", DataSource.class, DeclaredDatabasesTests::h2)
			.withPropertyValues("db-init.databases.my_Orders.data-source=ordersDataSource",
					"db-init.databases.my_Orders.jdbc.verify.tables=a",
					"db-init.databases.[a.b].data-source=otherDataSource",
					"db-init.databases.[a.b].jdbc.verify.tables=a",
					"db-init.databases.[C_D].data-source=otherDataSource",
					"db-init.databases.[C_D].jdbc.verify.tables=a")
			.run((context) -> {
				Plan plan = context.getBean(Plan.class);
				assertThat(plan.databases()).extracting((each) -> each.name())
					.containsExactly("C_D", "a.b", "my_Orders");
				assertThat(plan.databases()).allSatisfy((each) -> assertThat(plan.steps(each)).hasSize(1));
			});
	}

	@Test
	void nothingAtAllIsComplete() {
		this.runner.withPropertyValues("db-init.jdbc.enabled=false")
			.run((context) -> assertThat(context.getBean(Initializer.class).run().state()).isEqualTo(State.COMPLETE));
	}

	private ApplicationContextRunner named() {
		return this.runner.withBean("ordersDataSource", DataSource.class, DeclaredDatabasesTests::h2)
			.withPropertyValues("db-init.jdbc.enabled=false", "db-init.databases.orders.data-source=ordersDataSource");
	}

	private static DataSource h2() {
		return new DriverManagerDataSource(Servers.h2());
	}

	private static void assertFailure(AssertableApplicationContext context, String message, String action) {
		assertThat(context).getFailure().rootCause().isInstanceOfSatisfying(InitializationException.class, (ex) -> {
			assertThat(ex.getMessage()).contains(message);
			assertThat(ex.getAction()).contains(action);
		});
	}

}
