package io.dbinit.mongock;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerListener;
import io.dbinit.PlanCustomizer;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.StepReport;
import io.dbinit.MigrationVersions;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.mongock.units.greeting.Greeter;
import io.dbinit.mongock.units.waiting.UsesRepository.Repository;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.MongoDb.Ability;
import io.dbinit.testing.RequiresServer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.mongodb.core.MongoTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MongockStep}.
 */
@Timeout(60)
@RequiresServer
class MongockStepTests {

	private static final String UNITS = "io.dbinit.mongock.units.";

	private final String name = MongoDb.database();

	private final MongoDatabase database = MongoDb.client().getDatabase(this.name);

	private static final BsonString NONE = new BsonString("");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, DbInitAutoConfiguration.class,
				MongoDbAutoConfiguration.class, MongockStepAutoConfiguration.class))
		.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri(this.name),
				"db-init.mongock.packages=" + UNITS + "greeting")
		.withBean("greeter", Greeter.class, () -> new Greeter("hello"));

	@AfterEach
	void drop() {
		this.database.drop();
	}

	@Test
	void appliesUnitsInTheirOrderWithBeans() {
		this.runner.run((context) -> {
			DatabaseReport report = run(context.getBean(Initializer.class));
			assertThat(step(report).changeTexts()).containsExactly("change unit 'create-greetings'",
					"change unit 'count-greetings'");
			assertThat(this.database.getCollection("greetings").find().first()).containsEntry("text", "hello");
			assertThat(this.database.getCollection("counts").find().first()).containsEntry("count", 1L)
				.containsEntry("database", UNITS + "greeting");
			assertThat(report.migrations().get("mongock"))
				.hasToString("MigrationVersions[current=count-greetings, " + "latest=count-greetings, pending=0]");
		});
	}

	@Test
	void knowsVersionsBeforeAnythingRuns() {
		AtomicReference<MigrationVersions> known = new AtomicReference<>();
		this.runner.withBean(VersionsListener.class, () -> new VersionsListener(known)).run((context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			context.getBean(VersionsListener.class).initializer = initializer;
			run(initializer);
			assertThat(known).hasValue(new MigrationVersions(null, "count-greetings", 2));
		});
	}

	@Test
	void secondRunHasNothingToDo() {
		this.runner.run((context) -> {
			run(context.getBean(Initializer.class));
			DatabaseReport second = run(context.getBean(Initializer.class));
			assertThat(step(second).outcome()).isEqualTo(Outcome.UP_TO_DATE);
			assertThat(this.database.getCollection("counts").countDocuments()).isOne();
		});
		this.runner.run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.UP_TO_DATE);
			assertThat(this.database.getCollection("counts").countDocuments()).isOne();
		});
	}

	@Test
	void noticesThatAnotherProgramRemovedARecord() {
		MongoCollection<Document> changeLog = this.database.getCollection("mongockChangeLog");
		this.runner.run((context) -> {
			run(context.getBean(Initializer.class));
			assertThat(changeLog.deleteOne(Filters.eq("changeId", "count-greetings")).getDeletedCount()).isOne();
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
				.containsExactly("change unit 'count-greetings'");
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.UP_TO_DATE);
		});
	}

	@Test
	void noticesThatAnotherProgramChangedTheStateOfARecord() {
		MongoCollection<Document> changeLog = this.database.getCollection("mongockChangeLog");
		this.runner.run((context) -> {
			run(context.getBean(Initializer.class));
			changeLog.updateMany(Filters.eq("changeId", "count-greetings"), Updates.set("state", "ROLLED_BACK"));
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
				.containsExactly("change unit 'count-greetings'");
		});
	}

	@Test
	void newUnitIsAppliedAlone() {
		this.runner.run((context) -> run(context.getBean(Initializer.class)));
		this.runner.withPropertyValues("spring.profiles.active=special").run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
				.containsExactly("change unit 'profiled'");
			assertThat(this.database.getCollection("counts").countDocuments()).isOne();
		});
	}

	@Test
	void isTransactionalWhereTheServerIs() {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "transactional").run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
				.containsExactly("change unit 'uses-session'");
			assertThat(this.database.getCollection("transactional").countDocuments()).isOne();
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.UP_TO_DATE);
		});
	}

	@Test
	void waitsForTheTransactionOfADeadProcess() throws Exception {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		try (ClientSession dead = MongoDb.client().startSession()) {
			dead.startTransaction();
			this.database.getCollection("transactional").insertOne(dead, new Document("dead", true));
			CompletableFuture<Void> end = CompletableFuture.runAsync(dead::abortTransaction,
					CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));
			this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "transactional").run((context) -> {
				assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
					.containsExactly("change unit 'uses-session'");
				assertThat(this.database.getCollection("transactional").find())
					.noneMatch((document) -> document.containsKey("dead"))
					.hasSize(1);
			});
			end.get();
		}
	}

	@Test
	void isNotTransactionalIfToldSo() {
		this.runner
			.withPropertyValues("db-init.mongock.packages=" + UNITS + "transactional",
					"db-init.mongock.transactional=false")
			.run((context) -> assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(context.getBean(Initializer.class)::run)
				.withMessageContaining("'uses-session' failed")
				.withMessageContaining("ClientSession"));
	}

	@Test
	void failureNamesUnitDatabaseAndWhatWasDone() {
		this.runner
			.withPropertyValues("db-init.mongock.packages=" + UNITS + "failing", "db-init.mongock.transactional=false")
			.run((context) -> {
				Initializer initializer = context.getBean(Initializer.class);
				assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
					.withMessageContaining("'mongock' of 'mongodb'")
					.withMessageContaining(
							"Change unit 'breaks' failed: no space left on device. Its own rollback was run")
					.withMessageContaining("change unit 'works'")
					.satisfies((ex) -> assertThat(ex.getAction()).contains("Correct the change unit"));
				assertThat(this.database.getCollection("breaks").countDocuments()).isZero();
				assertThat(this.database.getCollection("follows").countDocuments()).isZero();
				Report report = initializer.report();
				assertThat(step(report.databases().get(0)).changeTexts()).containsExactly("change unit 'works'");
				assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
					.withMessageContaining("Change unit 'breaks'");
				assertThat(this.database.getCollection("works").countDocuments()).isOne();
			});
	}

	@Test
	void failureInTransactionSaysThatItWasRolledBack() {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "failing").run((context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
				.withMessageContaining(
						"Change unit 'breaks' failed: no space left on device. Its transaction was rolled back")
				.withMessageContaining("change unit 'works'");
		});
	}

	@Test
	void missingBeanIsNamed() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MongoAutoConfiguration.class, DbInitAutoConfiguration.class,
					MongoDbAutoConfiguration.class, MongockStepAutoConfiguration.class))
			.withPropertyValues("spring.mongodb.uri=" + MongoDb.uri(this.name),
					"db-init.mongock.packages=" + UNITS + "greeting")
			.run((context) -> assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(context.getBean(Initializer.class)::run)
				.withMessageContaining("Change unit 'create-greetings' failed")
				.withMessageContaining("Greeter"));
	}

	@Test
	void unitThatMayFailIsTriedAgain() {
		this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "optional").run((context) -> {
			DatabaseReport report = run(context.getBean(Initializer.class));
			assertThat(step(report).changeTexts()).containsExactly("change unit 'afterwards'");
			assertThat(report.limitations())
				.anyMatch((text) -> text.contains("'may-fail' failed. As it is not 'failFast'"));
			assertThat(report.migrations().get("mongock").pending()).isOne();
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
		});
	}

	@Test
	void unitThatRunsAlwaysDoes() {
		this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "always").run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts())
				.containsExactly("change unit 'always'");
			DatabaseReport report = run(context.getBean(Initializer.class));
			assertThat(step(report).changeTexts()).containsExactly("change unit 'always'");
			assertThat(report.limitations()).anyMatch((text) -> text.contains("runs at every start"));
			assertThat(this.database.getCollection("always").countDocuments()).isEqualTo(2);
		});
	}

	@Test
	void legacyChangesAreApplied() {
		this.runner.withPropertyValues("db-init.mongock.packages=" + UNITS + "legacy").run((context) -> {
			DatabaseReport report = run(context.getBean(Initializer.class));
			assertThat(step(report).changeTexts()).containsExactly("change unit 'first'", "change unit 'second'");
			assertThat(report.migrations().get("mongock").latest()).isEqualTo("second");
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.UP_TO_DATE);
		});
	}

	@Test
	void withoutUnitsThereIsNoStep() {
		this.runner.withPropertyValues("db-init.mongock.packages=io.dbinit.lock")
			.run((context) -> assertThat(run(context.getBean(Initializer.class)).steps())
				.noneMatch((step) -> step.name().equals("mongock")));
	}

	@Test
	void staleLockOfOurOwnIsRemoved() {
		lock("db-init:dead", Instant.now().plusSeconds(3600));
		this.runner.run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
			assertThat(this.database.getCollection("mongockLock").countDocuments()).isZero();
		});
	}

	@Test
	void staleLockOfOurOwnIsRemovedIfNothingIsDue() {
		this.runner.run((context) -> {
			run(context.getBean(Initializer.class));
			this.database.getCollection("_system_init").drop();
			lock("db-init:dead", Instant.now().plusSeconds(3600));
			assertThat(step(run(context.getBean(Initializer.class))).changeTexts()).isEmpty();
			assertThat(this.database.getCollection("mongockLock").countDocuments()).isZero();
		});
	}

	@Test
	void lockThatHasRunOutIsRemoved() {
		lock("someone", Instant.now().minusSeconds(5));
		this.runner.run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
			assertThat(this.database.getCollection("mongockLock").countDocuments()).isZero();
		});
	}

	@Test
	void lockThatIsNotRenewedIsRemoved() {
		lock("someone", Instant.now().plusSeconds(3600));
		this.runner.withPropertyValues("db-init.mongock.lock-renewal=1s").run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
			assertThat(this.database.getCollection("mongockLock").countDocuments()).isZero();
		});
	}

	@Test
	void lockOfLiveMongockIsRespected() throws Exception {
		lock("alive", Instant.now().plusSeconds(60));
		Thread alive = new Thread(() -> {
			try {
				while (true) {
					Thread.sleep(200);
					this.database.getCollection("mongockLock")
						.updateOne(new Document("owner", "alive"), new Document("$set",
								new Document("expiresAt", Date.from(Instant.now().plusSeconds(60)))));
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		alive.start();
		try {
			this.runner.withPropertyValues("db-init.mongock.lock-renewal=2s", "db-init.mongock.lock-wait=3s")
				.run((context) -> assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(context.getBean(Initializer.class)::run)
					.withMessageContaining("'alive'")
					.satisfies((ex) -> assertThat(ex.getAction()).contains("db-init.mongock.lock-wait")));
			assertThat(this.database.getCollection("mongockLock").countDocuments()).isOne();
			assertThat(this.database.getCollection("greetings").countDocuments()).isZero();
		}
		finally {
			alive.interrupt();
			alive.join();
		}
	}

	@Test
	void lockIsNotTakenIfAnotherOneHasComeMeanwhile() {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		this.runner.withBean(MongoClientSettingsBuilderCustomizer.class, () -> this::comeBeforeTheLock)
			.run((context) -> assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(context.getBean(Initializer.class)::run)
				.withMessageContaining("it has a newer holder"));
		assertThat(this.database.getCollection("mongockLock").countDocuments()).isZero();
		assertThat(this.database.getCollection("greetings").countDocuments()).isZero();
	}

	private void comeBeforeTheLock(MongoClientSettings.Builder settings) {
		settings.addCommandListener(new CommandListener() {

			@Override
			public void commandStarted(CommandStartedEvent event) {
				BsonDocument command = event.getCommand();
				if (command.getString("update", NONE).getValue().equals("mongockLock")) {
					MongockStepTests.this.database.getCollection("_system_init")
						.updateOne(new Document("_id", "database_init"),
								new Document("$inc", new Document("token", 1L)));
				}
			}

		});
	}

	private void lock(String owner, Instant expires) {
		this.database.getCollection("mongockLock")
			.insertOne(new Document("key", "DEFAULT_KEY").append("status", "LOCK_HELD")
				.append("owner", owner)
				.append("expiresAt", Date.from(expires)));
	}

	@Test
	void unitInDoubtIsRolledBackAndRepeated() {
		doubt();
		this.runner.withPropertyValues("db-init.mongock.transactional=false").run((context) -> {
			assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
			assertThat(this.database.getCollection("rollbacks").countDocuments()).isOne();
			assertThat(this.database.getCollection("greetings").countDocuments()).isOne();
		});
	}

	@Test
	void rollbackOfAUnitInDoubtIsRepeatedWhileSomethingIsInTheWay() {
		doubt();
		AtomicInteger attempts = new AtomicInteger();
		Greeter greeter = new Greeter("hello") {

			@Override
			public void leave() {
				if (attempts.incrementAndGet() < 3) {
					throw new MongoException(112, "WriteConflict");
				}
			}

		};
		this.runner.withBean("greeter", Greeter.class, () -> greeter)
			.withAllowBeanDefinitionOverriding(true)
			.withPropertyValues("db-init.mongock.transactional=false")
			.run((context) -> {
				assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
				assertThat(attempts).hasValue(3);
				assertThat(this.database.getCollection("greetings").countDocuments()).isOne();
			});
	}

	@Test
	void failureOfTheRollbackOfAUnitInDoubtIsTold() {
		doubt();
		Greeter greeter = new Greeter("hello") {

			@Override
			public void leave() {
				throw new IllegalStateException("no farewell");
			}

		};
		this.runner.withBean("greeter", Greeter.class, () -> greeter)
			.withAllowBeanDefinitionOverriding(true)
			.withPropertyValues("db-init.mongock.transactional=false")
			.run((context) -> {
				for (int i = 0; i < 2; i++) {
					assertThatExceptionOfType(InitializationException.class)
						.isThrownBy(context.getBean(Initializer.class)::run)
						.withMessageContaining("Change unit 'create-greetings' failed: no farewell. "
								+ "Its rollback method failed, called because an earlier process began it and died");
				}
				assertThat(this.database.getCollection("greetings").find().first()).containsEntry("text", "half");
			});
	}

	@Test
	void unitInDoubtIsRepeatedIfToldSo() {
		doubt();
		this.runner.withPropertyValues("db-init.mongock.transactional=false", "db-init.mongock.in-doubt=repeat")
			.run((context) -> {
				assertThat(step(run(context.getBean(Initializer.class))).outcome()).isEqualTo(Outcome.DONE);
				assertThat(this.database.getCollection("rollbacks").countDocuments()).isZero();
				assertThat(this.database.getCollection("greetings").countDocuments()).isEqualTo(2);
			});
	}

	@Test
	void unitInDoubtStopsTheStartIfToldSo() {
		doubt();
		this.runner.withPropertyValues("db-init.mongock.transactional=false", "db-init.mongock.in-doubt=fail")
			.run((context) -> {
				for (int i = 0; i < 2; i++) {
					assertThatExceptionOfType(InitializationException.class)
						.isThrownBy(context.getBean(Initializer.class)::run)
						.withMessageContaining(
								"Change unit 'create-greetings' failed: An earlier process began it and died")
						.satisfies((ex) -> assertThat(ex.getAction()).contains("db-init.mongock.in-doubt=repeat"));
				}
				assertThat(this.database.getCollection("rollbacks").countDocuments()).isZero();
				assertThat(this.database.getCollection("greetings").countDocuments()).isOne();
			});
	}

	private void doubt() {
		this.database.getCollection("greetings").insertOne(new Document("text", "half"));
		this.database.getCollection("_system_init")
			.insertOne(new Document("_id", "database_init").append("type", "database_init")
				.append("complete", false)
				.append("changes",
						List.of(new Document("step", "mongock").append("change", "change unit 'create-greetings'"))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application-runner", "context-refresh" })
	void templateIsThereWheneverTheStartRuns(String runAt) {
		this.runner.withConfiguration(AutoConfigurations.of(DataMongoAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withPropertyValues("db-init.run-at=" + runAt, "db-init.mongock.packages=" + UNITS + "template",
					"db-init.mongock.transactional=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				if (runAt.equals("application-runner")) {
					context.getBean(Initializer.class).run();
				}
				assertThat(this.database.getCollection("templates").countDocuments()).isOne();
			});
	}

	@Test
	void beansAreCreatedFromTheThreadOfOneOfSeveralDatabases() {
		this.runner.withConfiguration(AutoConfigurations.of(DataMongoAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withBean(PlanCustomizer.class, () -> (plan) -> plan.database(new InMemoryDatabase("another")))
			.withPropertyValues("db-init.run-at=context-refresh", "db-init.mongock.packages=" + UNITS + "template",
					"db-init.mongock.transactional=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.database.getCollection("templates").countDocuments()).isOne();
			});
	}

	@Test
	void beanThatWaitsForTheDatabasesIsNamed() {
		this.runner.withConfiguration(AutoConfigurations.of(DataMongoAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withPropertyValues("db-init.run-at=context-refresh", "db-init.mongock.packages=" + UNITS + "waiting",
					"db-init.mongock.transactional=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfies((ex) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(
						"It asks for the bean 'io.dbinit.mongock.units.waiting.UsesRepository$Repository', which waits")));
	}

	@Test
	void aNamedDatabaseHasUnitsAndTemplatesOfItsOwn() {
		MongoDatabase events = MongoDb.client().getDatabase(this.name + "_events");
		this.runner.withConfiguration(AutoConfigurations.of(DataMongoAutoConfiguration.class))
			.withUserConfiguration(Beans.class, Events.class)
			.withPropertyValues("db-init.run-at=application-runner", "db-init.mongock.transactional=false",
					"db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongo-database=" + events.getName(),
					"db-init.databases.events.mongock-packages=" + UNITS + "template")
			.run((context) -> {
				assertThat(context.getBean(MongoTemplate.class).getDb().getName()).isEqualTo(this.name);
				Report report = context.getBean(Initializer.class).run();
				assertThat(report.databases()).extracting(DatabaseReport::name).containsExactly("events", "mongodb");
				assertThat(report.databases()).extracting((database) -> step(database).changeTexts())
					.containsExactly(List.of("change unit 'uses-template'"),
							List.of("change unit 'create-greetings'", "change unit 'count-greetings'"));
				assertThat(events.getCollection("templates").countDocuments()).isOne();
				assertThat(events.getCollection("mongockChangeLog")
					.countDocuments(new Document("changeId", "uses-template"))).isOne();
				assertThat(this.database.listCollectionNames()).doesNotContain("templates");
				assertThat(context.getBean(Initializer.class).run().message()).isEqualTo("Nothing to do");
			});
		MongoDb.drop(events);
	}

	@Test
	void unitsOfTwoDatabasesFail() {
		this.runner.withUserConfiguration(Events.class)
			.withPropertyValues("db-init.databases.events.mongo-client=eventsClient",
					"db-init.databases.events.mongock-packages=" + UNITS + "greeting")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InitializationException.class)
				.hasMessage("Change unit '%sgreeting.CreateGreetings' is for both 'mongodb' and 'events'"
					.formatted(UNITS)));
	}

	private static DatabaseReport run(Initializer initializer) {
		return initializer.run().databases().get(0);
	}

	private static StepReport step(DatabaseReport database) {
		return database.steps().stream().filter((step) -> step.name().equals("mongock")).findFirst().orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean(defaultCandidate = false)
		@Lazy
		Greeter lazyGreeter() {
			return new Greeter("lazy");
		}

		@Bean
		@Lazy
		Repository repository(MongoTemplate template) {
			return new Repository(template);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Events {

		@Bean(defaultCandidate = false)
		MongoClient eventsClient() {
			return MongoClients.create(MongoDb.settings());
		}

	}

	private static final class VersionsListener implements InitializerListener {

		private final AtomicReference<MigrationVersions> known;

		private Initializer initializer;

		VersionsListener(AtomicReference<MigrationVersions> known) {
			this.known = known;
		}

		@Override
		public void stepStarted(String database, StepReport step) {
			this.known.set(this.initializer.report().databases().get(0).migrations().get("mongock"));
		}

	}

}
