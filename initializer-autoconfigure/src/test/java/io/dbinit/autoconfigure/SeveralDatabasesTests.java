package io.dbinit.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import javax.sql.DataSource;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.Report.State;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.seed.Seed;
import io.dbinit.seed.SeedAutoConfiguration;
import io.dbinit.testing.TestSeed;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service with several databases.
 */
class SeveralDatabasesTests {

	private static final MongoServer server = new MongoServer(new MemoryBackend());

	private static final String URI = server.bindAndGetConnectionString();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
				MongoDbAutoConfiguration.class, SeedAutoConfiguration.class))
		.withUserConfiguration(Databases.class)
		.withPropertyValues("db-init.run-at=context-refresh", "db-init.databases.orders.data-source=ordersDataSource",
				"db-init.databases.events.mongo-client=eventsClient",
				"db-init.databases.events.mongo-database=happened");

	@AfterEach
	void closeClient() {
		Databases.client.getDatabase("happened").drop();
	}

	@Test
	void eachHasItsOwnPlanLockAndMarkerInOneReport() {
		this.runner.run((context) -> {
			Report report = context.getBean(Initializer.class).report();
			assertThat(report.state()).isEqualTo(State.COMPLETE);
			assertThat(report.databases()).extracting(Report.DatabaseReport::name)
				.containsExactly("events", "jdbc", "mongodb", "orders");
			assertThat(count(context.getBean("dataSource", DataSource.class), "db_init_database")).isEqualTo(1);
			assertThat(count(context.getBean("ordersDataSource", DataSource.class), "db_init_database")).isEqualTo(1);
			assertThat(count(context.getBean("ordersDataSource", DataSource.class), "orders")).isEqualTo(1);
			assertThat(Databases.client.getDatabase("happened").getCollection("_system_init").countDocuments())
				.isPositive();
			assertThat(context.getBean(Initializer.class).run().message()).isEqualTo("Nothing to do");
		});
	}

	@Test
	void aDatabaseIsEitherOfTheTwoKinds() {
		this.runner.withPropertyValues("db-init.databases.orders.mongo-client=eventsClient")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessage("'db-init.databases.orders' must have either 'data-source' or 'mongo-client'"));
	}

	@Test
	void onlyAMongoDbDatabaseHasChangeUnits() {
		this.runner.withPropertyValues("db-init.databases.orders.mongock-packages=com.example")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessage("'db-init.databases.orders' has 'mongock-packages', but no 'mongo-client'"));
	}

	@Test
	void aNamedDatabaseHasAllThatAPrimaryOneHas(@TempDir Path folder) throws Exception {
		Files.writeString(folder.resolve("seeds.yaml"), """
				id: colours
				environments: [all]
				collection: colours
				key: name
				data: [{ name: red }, { name: green }]
				""");
		this.runner
			.withPropertyValues("db-init.databases.events.mongodb.collections.clicks.indexes[0]=session",
					"db-init.databases.events.mongodb.on-index-conflict=rebuild",
					"db-init.databases.events.seeds.locations=" + folder.toUri())
			.run((context) -> {
				Report report = context.getBean(Initializer.class).report();
				assertThat(report.databases().get(0).steps()).extracting(Report.StepReport::name)
					.containsExactly("collections", "seed colours", "verify collections");
				assertThat(Databases.client.getDatabase("happened").getCollection("clicks").listIndexes())
					.extracting((index) -> index.getString("name"))
					.contains("session_1");
				assertThat(Databases.client.getDatabase("happened").getCollection("colours").countDocuments())
					.isEqualTo(2);
			});
	}

	@Test
	void aFolderOfANamedDatabaseHasNoSeedsOfAnother(@TempDir Path folder) throws Exception {
		Files.writeString(folder.resolve("seeds.yaml"),
				"{ id: a, environments: [all], database: orders, table: a, key: id, data: [] }");
		this.runner.withPropertyValues("db-init.databases.events.seeds.locations=" + folder.toUri())
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("is for the database 'orders', but is in a folder of 'events'"));
	}

	@Test
	void aSeedNeedsTheOneDataSourceThatItIsFor() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
					SeedAutoConfiguration.class))
			.withBean("first", DataSource.class, Databases::h2)
			.withBean("second", DataSource.class, Databases::h2)
			.withBean(Seed.class, () -> TestSeed.sql("order", "jdbc", "insert into orders values (1)"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageStartingWith("Seed 'order' (")
				.hasMessageEndingWith("there are 2 data sources and none of them is primary: 'first', 'second'"));
	}

	@Test
	void anUnknownKeyFailsWithTheNearestOne() {
		this.runner.withPropertyValues("db-init.databases.orders.datasorce=x")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("did you mean 'data-source'?"));
	}

	private static Integer count(DataSource dataSource, String table) {
		return new JdbcTemplate(dataSource).queryForObject("select count(*) from " + table, Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Databases {

		private static final MongoClient client = MongoClients.create(URI);

		@Bean
		@Primary
		DataSource dataSource() {
			return h2();
		}

		@Bean
		DataSource ordersDataSource() {
			DataSource dataSource = h2();
			new JdbcTemplate(dataSource).execute("create table orders (id int primary key)");
			return dataSource;
		}

		private static DataSource h2() {
			JdbcDataSource dataSource = new JdbcDataSource();
			dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
			return dataSource;
		}

		@Bean(destroyMethod = "")
		MongoClient eventsClient() {
			return client;
		}

		@Bean
		Seed order() {
			return TestSeed.sql("order", "orders", "insert into orders values (1)");
		}

	}

}
