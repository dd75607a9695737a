package io.dbinit.mongodb;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.State;
import io.dbinit.Step;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.mongodb.MongoManagedTypes;
import org.springframework.data.mongodb.config.AbstractMongoClientConfiguration;
import org.springframework.data.mongodb.core.MongoTemplate;
import org.springframework.data.mongodb.core.SimpleMongoClientDatabaseFactory;
import org.springframework.data.mongodb.core.index.Indexed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MongoDbAutoConfiguration}.
 */
@RequiresServer
class MongoDbAutoConfigurationTests {

	private final String database = MongoDb.database();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, MongoDbAutoConfiguration.class,
				MissingMongoDbAutoConfiguration.class, DbInitAutoConfiguration.class))
		.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri(this.database),
				"db-init.mongodb.locations=classpath:db-init/mongodb/");

	@AfterEach
	void drop() {
		MongoDb.drop(MongoDb.client().getDatabase(this.database));
	}

	@Test
	void addsPrimaryClientToPlan() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(MongoDbDatabase.class);
			MongoDbDatabase store = context.getBean(MongoDbDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).containsExactly(store);
			assertThat(store.name()).isEqualTo("mongodb");
			assertThat(store.client()).isSameAs(context.getBean(MongoClient.class));
		});
	}

	@Test
	void planIsBuiltWithoutConnecting() {
		this.runner.withPropertyValues("spring.mongodb.uri=mongodb://localhost:1/none")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Plan.class));
	}

	@Test
	void marksEmptyDatabase() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Initializer.class).run().state()).isEqualTo(State.COMPLETE);
			Document marker = MongoDb.client()
				.getDatabase(this.database)
				.getCollection("_system_init")
				.find(new Document("type", "database_init"))
				.first();
			assertThat(marker).containsEntry("database_name", this.database).containsKey("created_at");
		});
	}

	@Test
	void makesDeclaredCollections() {
		this.runner
			.withPropertyValues("db-init.mongodb.collections.users.indexes[0].keys=email",
					"db-init.mongodb.collections.users.indexes[0].unique=true")
			.run((context) -> {
				Plan plan = context.getBean(Plan.class);
				assertThat(plan.steps(plan.databases().get(0))).extracting(Step::name)
					.containsExactly("collections", "verify collections");
				Initializer initializer = context.getBean(Initializer.class);
				Report report = initializer.run();
				assertThat(report.databases().get(0).limitations()).noneMatch((text) -> text.contains("settings"));
				assertThat(report.databases().get(0).steps().get(0).changeTexts())
					.containsExactly("create collection 'users'", "create index 'email_1' on 'users'");
				assertThat(initializer.run().message()).isEqualTo("Nothing to do");
				assertThat(initializer.history("mongodb", 10)).hasSize(1);
			});
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("db-init.mongodb.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).isEmpty();
		});
	}

	@Test
	void isDisabledWithEverything() {
		this.runner.withPropertyValues("db-init.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbDatabase.class));
	}

	@Test
	void backsOffWithoutClient() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MongoDbAutoConfiguration.class, DbInitAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbDatabase.class));
	}

	@Test
	void backsOffWithoutPrimaryClient() {
		this.runner.withUserConfiguration(TwoClients.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbDatabase.class));
	}

	@Test
	void backsOffWithoutDriver() {
		this.runner.withClassLoader(new FilteredClassLoader("com.mongodb"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbAutoConfiguration.class));
	}

	@Test
	void backsOffWithoutSpringBootsMongoModule() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MongoDbAutoConfiguration.class, DbInitAutoConfiguration.class))
			.withUserConfiguration(OwnClient.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.mongodb"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MongoDbAutoConfiguration.class));
	}

	@Test
	void usersStoreReplacesIt() {
		this.runner.withUserConfiguration(OwnStore.class).run((context) -> {
			assertThat(context).hasSingleBean(MongoDbDatabase.class);
			assertThat(context.getBean(Plan.class).databases()).extracting("name").containsExactly("own");
		});
	}

	@Test
	void worksAsTheClientOfTheApplicationDoes() {
		this.runner.withPropertyValues("spring.mongodb.uri=mongodb://localhost:1/none")
			.withUserConfiguration(WatchedClient.class)
			.run((context) -> {
				Report report = context.getBean(Initializer.class).run();
				assertThat(report.state()).isEqualTo(State.COMPLETE);
				assertThat(report.databases().get(0).limitations()).noneMatch((text) -> text.contains("settings"));
				assertThat(WatchedClient.commands).contains("findAndModify");
				MongoDb.drop(MongoDb.client().getDatabase("none"));
			});
	}

	@Test
	void wrappedClientDoesTheWorkItself() {
		this.runner.withUserConfiguration(WrappedClient.class).run((context) -> {
			Report report = context.getBean(Initializer.class).run();
			assertThat(report.state()).isEqualTo(State.COMPLETE);
			// With credentials, the settings of the properties are those of the client
			assertThat(report.databases().get(0).limitations())
				.filteredOn((text) -> text.contains("settings of its client are not known"))
				.hasSize((MongoDb.settings().getCredential() == null) ? 1 : 0);
		});
	}

	@Test
	void databaseIsThatOfTheFactory() {
		assertDatabase(
				this.runner.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri("none"))
					.withBean(MongoDatabaseFactory.class,
							() -> new SimpleMongoClientDatabaseFactory(MongoDb.client(), this.database)),
				this.database);
	}

	@Test
	void factoryBesideTheClientTellsTheDatabase() {
		assertDatabase(this.runner.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri("none"))
			.withBean(MongoClient.class, () -> MongoClients.create(MongoDb.settings()))
			.withBean(MongoDatabaseFactory.class, () -> factory(this.database)), this.database);
	}

	@Test
	void databaseIsThatOfTheConfigurationClass() {
		OwnMongoConfiguration.database = this.database;
		assertDatabase(new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, MongoDbAutoConfiguration.class,
					DbInitAutoConfiguration.class))
			.withUserConfiguration(OwnMongoConfiguration.class), this.database);
	}

	@Test
	void databaseIsThatOfTheBean() {
		assertDatabase(this.runner.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri("none"))
			.withBean(MongoDatabase.class, () -> MongoDb.client().getDatabase(this.database)), this.database);
	}

	@Test
	void ofTwoDatabasesOneMustBeChosen() {
		ApplicationContextRunner two = this.runner
			.withBean(MongoClient.class, () -> MongoClients.create(MongoDb.settings()))
			.withBean("one", MongoDatabaseFactory.class, () -> factory("app_one"))
			.withBean("two", MongoDatabaseFactory.class, () -> factory("app_two"));
		two.run((context) -> assertFailure(context, "{one=app_one, two=app_two}", "@Primary"));
		two.withBean("three", MongoDatabaseFactory.class, () -> factory(this.database),
				(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasNotFailed());
		two.withPropertyValues("spring.mongodb.database=app_two").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void withoutSpringDataTheConfiguredDatabaseCounts() {
		assertDatabase(this.runner.withClassLoader(new FilteredClassLoader("org.springframework.data.mongodb")),
				this.database);
	}

	private static MongoDatabaseFactory factory(String database) {
		return new SimpleMongoClientDatabaseFactory(MongoDb.client(), database);
	}

	private static void assertDatabase(ApplicationContextRunner runner, String database) {
		runner.run((context) -> {
			assertThat(context.getBean(Initializer.class).run().state()).isEqualTo(State.COMPLETE);
			assertThat(MongoDb.client().getDatabase(database).getCollection("_system_init").countDocuments())
				.isPositive();
		});
	}

	@Test
	void namedDatabaseIsLockedThroughAClientOfItsOwnIfTheSettingsAreNamed() {
		String name = MongoDb.database();
		this.runner.withUserConfiguration(Events.class)
			.withPropertyValues("db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongo-client-settings=eventsSettings",
					"db-init.databases.events.mongo-database=" + name)
			.run((context) -> {
				Report report = context.getBean(Initializer.class).run();
				assertThat(report.databases()).extracting(DatabaseReport::name).containsExactly("events", "mongodb");
				assertThat(report.databases().get(0).limitations())
					.noneMatch((text) -> text.contains("settings of its client"));
				assertThat(Events.commands).contains("findAndModify");
				assertThat(Events.commandsOfClient).doesNotContain("findAndModify", "update");
				MongoDb.drop(MongoDb.client().getDatabase(name));
			});
	}

	@Test
	void namedDatabaseIsLockedThroughAClientLikeItsOwn() {
		String name = MongoDb.database();
		this.runner.withUserConfiguration(Events.class)
			.withPropertyValues("db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongo-database=" + name)
			.run((context) -> {
				assertThat(context.getBean(Initializer.class).run().databases().get(0).limitations())
					.noneMatch((text) -> text.contains("settings of its client"));
				MongoDb.drop(MongoDb.client().getDatabase(name));
			});
	}

	@Test
	void settingsOfAnotherServerFail() {
		this.runner.withUserConfiguration(Events.class)
			.withPropertyValues("db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongo-client-settings=otherSettings")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("'db-init.databases.events' is of another server")
				.hasMessageContaining("'otherSettings'"));
	}

	@Test
	void unknownPropertyFailsWithTheNearestOne() {
		this.runner.withPropertyValues("db-init.mongodb.collections.users.indexes[0].kyes=a")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("'kyes'")
				.hasMessageContaining("did you mean 'keys'?"));
	}

	@Test
	void missingLocationFails() {
		this.runner.withPropertyValues("db-init.mongodb.locations=classpath:nowhere/")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessageContaining("'classpath:nowhere/'"));
	}

	@Test
	void indexesHaveTheNamesOfSpringData() {
		ApplicationContextRunner withEntities = this.runner
			.withConfiguration(AutoConfigurations.of(DataMongoAutoConfiguration.class))
			.withBean(MongoManagedTypes.class, () -> MongoManagedTypes.from(Person.class))
			.withPropertyValues("db-init.mongodb.collections.people.indexes[0].keys=email",
					"db-init.mongodb.collections.people.indexes[0].unique=true",
					"db-init.mongodb.collections.people.indexes[1]=age");
		withEntities.withPropertyValues("spring.data.mongodb.auto-index-creation=true").run((context) -> {
			assertThat(context.getBean(Initializer.class).run().state()).isEqualTo(State.COMPLETE);
			assertThat(indexes("people")).containsExactlyInAnyOrder("_id_", "email", "age_1");
			// Creates its own
			context.getBean(MongoTemplate.class);
		});
		MongoDb.client().getDatabase(this.database).drop();
		withEntities.run((context) -> {
			context.getBean(Initializer.class).run();
			assertThat(indexes("people")).containsExactlyInAnyOrder("_id_", "email_1", "age_1");
		});
	}

	private List<String> indexes(String collection) {
		return MongoDb.client()
			.getDatabase(this.database)
			.getCollection(collection)
			.listIndexes()
			.map((index) -> index.getString("name"))
			.into(new ArrayList<>());
	}

	@org.springframework.data.mongodb.core.mapping.Document("people")
	record Person(String id, @Indexed(unique = true) String email) {
	}

	@Test
	void collectionsNeedAClient() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MongoDbAutoConfiguration.class,
					MissingMongoDbAutoConfiguration.class, DbInitAutoConfiguration.class))
			.withPropertyValues("db-init.mongodb.collections.users.indexes[0].keys=email")
			.run((context) -> assertFailure(context, "'db-init.mongodb.collections.users'",
					"there is no MongoDB client", "spring-boot-starter-mongodb"));
	}

	@Test
	void collectionsInFilesNeedAPrimaryClient(@TempDir Path folder) throws IOException {
		Files.writeString(folder.resolve("c.yml"), "collections:\n  users:\n");
		ApplicationContextRunner two = this.runner.withUserConfiguration(TwoClients.class);
		two.withPropertyValues("db-init.mongodb.locations=" + folder.toUri())
			.run((context) -> assertFailure(context, "c.yml", "2:9", "there are 2 MongoDB clients", "'one', 'two'",
					"@Primary", "db-init.databases.<name>.mongo-client"));
		two.withPropertyValues("db-init.mongodb.locations=" + folder.toUri(), "db-init.mongodb.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		two.withPropertyValues("db-init.mongodb.locations=" + folder.toUri(),
				"db-init.databases.orders.mongo-client=one", "db-init.databases.orders.locations=" + folder.toUri())
			.run((context) -> assertThat(context.getBean(Plan.class).databases()).extracting("name")
				.containsExactly("orders"));
	}

	@Test
	void collectionsNeedADriver() {
		this.runner.withClassLoader(new FilteredClassLoader("com.mongodb", "org.bson"))
			.withPropertyValues("db-init.mongodb.collections.users.indexes[0].keys=email")
			.run((context) -> assertFailure(context, "'db-init.mongodb.collections.users'",
					"there is no MongoDB client", "spring-boot-starter-mongodb"));
	}

	@Test
	void packagesOfChangeUnitsNeedAClient() {
		this.runner.withClassLoader(new FilteredClassLoader("com.mongodb", "org.bson"))
			.withPropertyValues("db-init.mongock.packages=com.example.units")
			.run((context) -> assertFailure(context, "'db-init.mongock.packages'", "there is no MongoDB client"));
	}

	private static void assertFailure(AssertableApplicationContext context, String... texts) {
		Throwable cause = assertThat(context).getFailure().rootCause().actual();
		assertThat(cause).isInstanceOf(InitializationException.class);
		assertThat(cause.getMessage() + ((InitializationException) cause).getAction()).contains(texts);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMongoConfiguration extends AbstractMongoClientConfiguration {

		private static String database;

		@Override
		protected String getDatabaseName() {
			return database;
		}

		@Override
		public MongoClient mongoClient() {
			return MongoClients.create(MongoDb.settings());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WatchedClient {

		private static final List<String> commands = new CopyOnWriteArrayList<>();

		@Bean
		MongoClient client() {
			return MongoClients.create(Events.watched(commands));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappedClient {

		@Bean
		MongoClient client() {
			MongoClient client = MongoDb.client();
			return (MongoClient) Proxy.newProxyInstance(MongoClient.class.getClassLoader(),
					new Class<?>[] { MongoClient.class }, (proxy, method, arguments) -> "close".equals(method.getName())
							? null : method.invoke(client, arguments));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStore {

		@Bean
		MongoDbDatabase own(MongoClient client) {
			return new MongoDbDatabase("own", client, null, "own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClient {

		@Bean
		MongoClient client() {
			return MongoClients.create(MongoDb.settings());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Events {

		private static final List<String> commands = new CopyOnWriteArrayList<>();

		private static final List<String> commandsOfClient = new CopyOnWriteArrayList<>();

		@Bean(defaultCandidate = false)
		MongoClientSettings eventsSettings() {
			return watched(commands);
		}

		@Bean(defaultCandidate = false)
		MongoClientSettings otherSettings() {
			return MongoClientSettings.builder()
				.applyConnectionString(new ConnectionString("mongodb://localhost:1"))
				.build();
		}

		@Bean(defaultCandidate = false)
		MongoClient eventsClient() {
			return MongoClients.create(watched(commandsOfClient));
		}

		private static MongoClientSettings watched(List<String> commands) {
			return MongoClientSettings.builder(MongoDb.settings()).addCommandListener(new CommandListener() {

				@Override
				public void commandStarted(CommandStartedEvent event) {
					commands.add(event.getCommandName());
				}

			}).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoClients {

		@Bean
		MongoClient one() {
			return MongoClients.create(MongoDb.settings());
		}

		@Bean
		MongoClient two() {
			return MongoClients.create(MongoDb.settings());
		}

	}

}
