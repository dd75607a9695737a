package io.dbinit.mongodb;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
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

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MongoDbAutoConfiguration}.
 */
@RequiresServer
class MongoDbAutoConfigurationTests {

	private final String database = MongoDb.database();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, MongoDbAutoConfiguration.class,
				DbInitAutoConfiguration.class))
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
	void usersClientOnAnotherServerIsNotGivenOurSettings() {
		this.runner.withPropertyValues("spring.mongodb.uri=mongodb://localhost:1/none")
			.withUserConfiguration(OwnClient.class)
			.run((context) -> {
				Report report = context.getBean(Initializer.class).run();
				assertThat(report.state()).isEqualTo(State.COMPLETE);
				assertThat(report.databases().get(0).limitations())
					.anyMatch((text) -> text.contains("settings of its client are not known"));
				MongoDb.drop(MongoDb.client().getDatabase("none"));
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
	void namedDatabaseWithoutSettingsSaysSo() {
		String name = MongoDb.database();
		this.runner.withUserConfiguration(Events.class)
			.withPropertyValues("db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongo-database=" + name)
			.run((context) -> {
				assertThat(context.getBean(Initializer.class).run().databases().get(0).limitations())
					.anyMatch((text) -> text.contains("settings of its client"));
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
