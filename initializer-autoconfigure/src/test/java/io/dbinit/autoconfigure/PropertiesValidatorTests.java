package io.dbinit.autoconfigure;

import java.util.Map;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.mongock.MongockStepAutoConfiguration;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.seed.SeedAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link PropertiesValidator}.
 */
class PropertiesValidatorTests {

	private final MockEnvironment environment = new MockEnvironment();

	@ParameterizedTest
	@CsvSource({ "db-init.on-failur, on-failure", "db-init.mongdb.enabled, mongodb", "db-init.lock.leese, lease",
			"db-init.wait.limt, limit", "db-init.jdbc.verify.table, tables", "db-init.liquibase.in-doub, in-doubt",
			"db-init.mongock.package, packages", "db-init.mongodb.colletions, collections",
			"db-init.mongodb.colletions.users.indexes[0], collections", "db-init.seeds.location, locations",
			"db-init.seeds.location[0], locations", "db-init.databases.orders.data-sorce, data-source",
			"db-init.databases.orders.jdbc.verify.table, tables", "db-init.databases.orders.mongok.packages, mongock",
			"db-init.databases[a.b].mongo-cliet, mongo-client" })
	void anUnknownNameFailsWithTheNearestOne(String property, String nearest) {
		this.environment.setProperty(property, "a");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this::validate)
			.withMessageStartingWith("Unknown property '" + property + "'")
			.withMessageEndingWith(", did you mean '" + nearest + "'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-init.databases.or]ders.data-source", "db-init.databases.orders..." })
	void aNameThatCannotBeReadIsRefused(String property) {
		this.environment.setProperty(property, "a");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this::validate)
			.withMessageStartingWith("Unknown property 'db-init.databases.or")
			.withMessageEndingWith("a name has letters, digits and hyphens only, unless it is in brackets");
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-init.wait.interval.x", "db-init.lock.poll[0]", "db-init.lock.poll[0].x",
			"db-init.run-at.x", "db-init.on-failure.x", "db-init.on-failure[1]", "db-init.enabled.x",
			"db-init.environment.name", "db-init.mongock.transactional.x", "db-init.mongodb.on-index-conflict[0]",
			"db-init.jdbc.verify.tables.x", "db-init.jdbc.verify.tables[0].x", "db-init.jdbc.verify.tables[0][1]",
			"db-init.seeds.locations.x", "db-init.databases.orders.data-source.x",
			"db-init.databases.orders.verify-tables.x", "db-init.databases.orders.mongock.enabled[0]",
			"db-init.databases.orders.liquibase.enabled" })
	void nothingIsNestedInASingleValue(String property) {
		this.environment.setProperty(property, "a");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this::validate)
			.withMessageStartingWith("Unknown property '" + property + "'");
	}

	@ParameterizedTest
	@CsvSource({ "db-init.lock, 5", "db-init.seeds, ${nowhere}", "db-init.jdbc.verify, orders",
			"db-init.databases, orders", "db-init.databases.orders, ordersDataSource",
			"db-init.databases.orders.mongock, com.example" })
	void aGroupHasNoValue(String property, String value) {
		this.environment.setProperty(property, value);
		assertInvalid(property, value, "must not have a value, as it is a group of properties");
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-init.runAt=CONTEXT_REFRESH", "db-init.run_at=contextRefresh", "db-init.lock=",
			"db-init.databases=", "db-init.ONFAILURE=Continue", "db-init.jdbc.verify.tables=a, b",
			"db-init.jdbc.verify.tables[0]=a", "db-init.databases.my_orders.verifyTables[1]=a",
			"db-init.databases.[my.orders].data-source=a", "db-init.mongodb.collections.users.anything.at[0].all=a",
			"db-init.databases.events.mongodb.collections.users.anything=a", "db-init.environment=",
			"db-init.environment=${nope}", "db-init.mongock.transactional=FALSE", "db-init.lock.lease=1s",
			"db-init.lock.lease=24h", "db-init.lock.wait=0", "db-init.lock.wait=PT5M", "db-init.wait.limit=0s",
			"db-init.wait.multiplier=1", "db-init.wait.multiplier=100", "db-initial=a", "dbinit.enabled=true" })
	void everySpellingOfAPropertyIsKnown(String property) {
		this.environment.setProperty(property.split("=", 2)[0], property.split("=", 2)[1]);
		assertThatNoException().isThrownBy(this::validate);
	}

	static Stream<String> switches() {
		return Stream.of("db-init.enabled", "db-init.jdbc.enabled", "db-init.liquibase.enabled",
				"db-init.mongock.enabled", "db-init.mongock.transactional", "db-init.mongodb.enabled",
				"db-init.seeds.enabled", "db-init.databases.orders.jdbc.enabled");
	}

	@ParameterizedTest
	@MethodSource("switches")
	void aSwitchIsTrueOrFalse(String property) {
		for (String value : new String[] { "", " ", "ture", "1", "on", "yes", "maybe", "1ns", " true", "${nope}" }) {
			this.environment.setProperty(property, value);
			assertInvalid(property, value, "must be 'true' or 'false'");
		}
		for (String value : new String[] { "true", "FALSE", "True" }) {
			this.environment.setProperty(property, value);
			assertThatNoException().isThrownBy(this::validate);
		}
	}

	@ParameterizedTest
	@CsvSource({ "db-init.lock.lease, 1ns, 1s and 1d", "db-init.lock.lease, 100ms, 1s and 1d",
			"db-init.lock.lease, 999ms, 1s and 1d", "db-init.lock.lease, 0, 1s and 1d",
			"db-init.lock.lease, -20s, 1s and 1d", "db-init.lock.lease, 25h, 1s and 1d",
			"db-init.lock.lease, 200000d, 1s and 1d", "db-init.lock.poll, 0, 10ms and 1h",
			"db-init.lock.poll, 1ns, 10ms and 1h", "db-init.lock.wait, -5s, 0s and 365d",
			"db-init.lock.wait, 200000d, 0s and 365d", "db-init.wait.limit, -1s, 0s and 365d",
			"db-init.wait.attempt, 0s, 10ms and 1h", "db-init.wait.attempt, -1s, 10ms and 1h",
			"db-init.wait.interval, 0s, 1ms and 1h", "db-init.wait.interval, -1ms, 1ms and 1h",
			"db-init.wait.max-interval, -1ms, 1ms and 1h", "db-init.mongock.lock-renewal, 0s, 1s and 1d",
			"db-init.mongock.lock-wait, -1s, 0s and 365d",
			"db-init.databases.events.mongock.lock-wait, -1s, 0s and 365d" })
	void aDurationIsWithinItsBounds(String property, String value, String bounds) {
		this.environment.setProperty(property, value);
		assertInvalid(property, null, "must be between " + bounds);
	}

	@ParameterizedTest
	@ValueSource(strings = { "NaN", "Infinity", "-Infinity", "0", "-1.5", "0.99", "100.1", "1e308" })
	void theMultiplierIsWithinItsBounds(String value) {
		this.environment.setProperty("db-init.wait.multiplier", value);
		assertInvalid("db-init.wait.multiplier", null, "must be between 1 and 100");
	}

	@ParameterizedTest
	@ValueSource(strings = { "20", "600", "-1", "+5", "007", "", " ", "20 seconds", "abc", "${nope}", "1e3s" })
	void aDurationHasAUnit(String value) {
		this.environment.setProperty("db-init.lock.wait", value);
		assertInvalid("db-init.lock.wait", value, "must be a duration with its unit, like '20s'");
	}

	@ParameterizedTest
	@CsvSource({ "db-init.run-at, maybe, 'must be one of ''auto'', ''application-runner'', ''context-refresh'''",
			"db-init.on-failure, '', 'must be one of ''fail'', ''continue'''",
			"db-init.liquibase.in-doubt, yes, 'must be one of ''fail'', ''applied'', ''not-applied'''",
			"db-init.mongodb.on-index-conflict, drop, 'must be one of ''fail'', ''rebuild'''",
			"db-init.databases.a.liquibase.in-doubt, ${x}, 'must be one of ''fail'', ''applied'', ''not-applied'''",
			"db-init.wait.multiplier, much, must be a number", "db-init.wait.multiplier, '', must be a number",
			"db-init.mongock.change-log-collection, ' ', must not be empty",
			"db-init.mongock.lock-collection, ${nope}, must not have a placeholder without a value",
			"db-init.databases.a.data-source, '', must not be empty",
			"db-init.seeds.locations, '${nope}', must not have a placeholder without a value",
			"db-init.jdbc.verify.tables, 'orders,${nope}', must not have a placeholder without a value",
			"db-init.mongock.packages[0], ' ', must not be empty" })
	void aValueThatIsNotOneFailsTheStart(String property, String value, String reason) {
		this.environment.setProperty(property, value);
		assertInvalid(property, null, reason);
	}

	@Test
	void onlyTheValueThatCountsIsChecked() {
		this.environment.setProperty("db-init.lock.lease", "1ns");
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("overriding", Map.of("db-init.lock.lease", "5s")));
		assertThatNoException().isThrownBy(this::validate);
	}

	@ParameterizedTest
	@CsvSource({ "DB_INIT_ON_FAILUR, db-init.on-failure", "DB_INIT_LOCK_LEESE, db-init.lock.lease",
			"DBINIT_LOCKLEESE, db-init.lock.lease", "db_init_run_att, db-init.run-at",
			"DB_INIT_ENABLE, db-init.enabled", "DB_INIT_LOCK_POLL_X, db-init.lock.poll",
			"DB_INIT_SEED_ENABLED, db-init.seeds.enabled", "DB_INIT_JDBC_VERIFY_TABLE_0, db-init.jdbc.verify.tables" })
	void aVariableThatIsAPropertyButForAFewLettersFails(String variable, String property) {
		setVariable(variable, "continue");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this::validate)
			.withMessageStartingWith("Environment variable '" + variable + "' sets no property")
			.withMessageEndingWith("for '" + property + "'?");
	}

	@ParameterizedTest
	@CsvSource({ "DB_INIT_ON_FAILURE, continue", "DBINIT_ONFAILURE, FAIL", "DB_INIT_ONFAILURE, fail",
			"DB_INIT_JDBC_VERIFY_TABLES, orders", "DB_INIT_JDBC_VERIFY_TABLES_0, orders",
			"DB_INIT_JDBC_VERIFY_TABLES_0_, orders", "DB_INIT_DATABASES_ORDERS_DATA_SOURCE, orders",
			"DB_INIT_MONGODB_COLLECTIONS_USERS_INDEXES_0, email", "DB_INIT_SERVICE_HOST, 10.0.0.1",
			"DB_INIT_PORT_5432_TCP, tcp://10.0.0.1", "DB_INIT_SCRIPT, x", "DB_INITIALIZED, 1", "OTHER, x" })
	void otherVariablesAreNot(String variable, String value) {
		setVariable(variable, value);
		assertThatNoException().isThrownBy(this::validate);
	}

	@Test
	void theValueOfAVariableIsChecked() {
		setVariable("DB_INIT_SEEDS_ENABLED", "maybe");
		assertInvalid("db-init.seeds.enabled", "maybe", "must be 'true' or 'false'");
	}

	private void setVariable(String name, String value) {
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					Map.of(name, value)));
	}

	private void assertInvalid(String property, String value, String reason) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::validate)
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason()).isEqualTo(reason);
				if (value != null) {
					assertThat(ex.getValue()).isEqualTo(value);
				}
			});
	}

	private void validate() {
		new PropertiesValidator(this.environment).validate();
	}

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class,
				MongoAutoConfiguration.class, DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
				LiquibaseStepAutoConfiguration.class, MongoDbAutoConfiguration.class,
				MongockStepAutoConfiguration.class, SeedAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "db-init.mongodb.colletions", "db-init.mongock.package", "db-init.liquibase.in-doub",
			"db-init.jdbc.verify.table" })
	void featuresWithoutTheirLibraryAreChecked(String property) {
		this.runner
			.withClassLoader(
					new FilteredClassLoader("com.mongodb", "io.mongock", "liquibase", "org.springframework.jdbc"))
			.withPropertyValues(property + "=a")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageStartingWith("Unknown property '" + property + "'"));
	}

	@ParameterizedTest
	@MethodSource("switches")
	void aSwitchIsCheckedBeforeAnythingElse(String property) {
		this.runner.withPropertyValues(property + "=maybe")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo(property)));
	}

}
