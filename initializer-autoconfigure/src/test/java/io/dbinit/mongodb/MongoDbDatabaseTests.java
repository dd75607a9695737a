package io.dbinit.mongodb;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteError;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Updates;
import com.mongodb.connection.ServerConnectionState;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.testing.TestDatabase;
import io.dbinit.CheckedRunnable;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.UnavailableException;
import io.dbinit.MigrationVersions;
import io.dbinit.lock.AbstractLeaseStoreTests;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.LeaseStore;
import io.dbinit.lock.Lock;
import io.dbinit.lock.LockOptions;
import io.dbinit.lock.LockTimeoutException;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.seed.SeedWriter;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.MongoDb.Ability;
import io.dbinit.testing.RequiresServer;
import org.awaitility.Awaitility;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MongoDbDatabase}, its leases, its journal and its seeds.
 */
@RequiresServer
class MongoDbDatabaseTests extends AbstractLeaseStoreTests {

	private static final MongoClient client = MongoDb.client();

	private final String database = MongoDb.database();

	private final TestDatabase store = new TestDatabase(
			new MongoDbDatabase("mongodb", client, MongoDb.settings(), this.database));

	@AfterEach
	void drop() {
		client.getDatabase(this.database).drop();
	}

	@Override
	protected LeaseStore createStore() {
		return new TestDatabase(new MongoDbDatabase("mongodb", client, MongoDb.settings(), this.database)).leases();
	}

	@Test
	void aLeaseThatIsRenewedAtTheLastMomentIsNotTaken() throws Exception {
		try (LeaseStore holder = createStore()) {
			Lease lease = holder.tryAcquire("old", Duration.ofSeconds(1)).orElseThrow();
			Awaitility.await().until(() -> holder.current().isEmpty());
			CommandListener lastMoment = new CommandListener() {

				@Override
				public void commandStarted(CommandStartedEvent event) {
					if (event.getCommandName().equalsIgnoreCase("findAndModify")) {
						holder.renew(lease, Duration.ofMinutes(1), "");
					}
				}

			};
			MongoClientSettings watched = MongoClientSettings.builder(MongoDb.settings())
				.addCommandListener(lastMoment)
				.build();
			try (LeaseStore other = new TestDatabase(new MongoDbDatabase("mongodb", client, watched, this.database))
				.leases()) {
				assertThat(other.tryAcquire("new", Duration.ofMinutes(1))).isEmpty();
			}
			assertThat(holder.renew(lease, Duration.ofMinutes(1), "")).isTrue();
		}
	}

	@Test
	void aDatabaseThatWasNeverWorkedOnHasNoMarker() {
		Marker marker = look();
		assertThat(marker.createdAt()).isNull();
		assertThat(marker.complete()).isFalse();
		assertThat(marker.readOnly()).isFalse();
		assertThat(marker.product()).startsWith("MongoDB ");
	}

	@Test
	void aRunIsRecorded() throws Exception {
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		assertThat(look().complete()).isFalse();
		locked.journal.once("seed a", "f1", () -> {
		});
		assertThat(look().steps()).containsExactly(Map.entry("seed a", "f1"));
		locked.journal.end(run(locked, Outcome.DONE), Map.of("seed a", "f1", "collections", "f2"),
				Map.of("mongock", new MigrationVersions("1", "2", 1)));
		Marker marker = look();
		assertThat(marker.complete()).isTrue();
		assertThat(marker.environment()).isEqualTo("test");
		assertThat(marker.createdAt()).isNotNull();
		assertThat(marker.steps()).containsOnly(Map.entry("seed a", "f1"), Map.entry("collections", "f2"));
		assertThat(marker.versions()).containsExactly(Map.entry("mongock", new MigrationVersions("1", "2", 1)));
		assertThat(this.store.history(10)).singleElement().satisfies((run) -> {
			assertThat(run.id()).isEqualTo("id");
			assertThat(run.outcome()).isEqualTo(Outcome.DONE);
		});
		Document document = client.getDatabase(this.database)
			.getCollection("_system_init")
			.find(new Document("type", "database_init"))
			.first();
		assertThat(document).containsEntry("database_name", this.database).containsKey("created_at");
	}

	@Test
	void runsBeforeTheNewestAreKept() {
		Locked locked = lock("me");
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		for (int i = 0; i < 102; i++) {
			locked.journal.begin(new RunReport("run " + i, locked.lease.token(), "host", "app", now.plusSeconds(i),
					null, Outcome.RUNNING, null, List.of()), "test");
		}
		assertThat(this.store.history(200)).hasSize(100)
			.extracting(RunReport::id)
			.startsWith("run 101", "run 100")
			.endsWith("run 2");
		assertThat(this.store.history(2)).extracting(RunReport::id).containsExactly("run 101", "run 100");
		locked.leases.close();
	}

	@Test
	void aRunThatWasKilledWhileItKeptTheOneBeforeIsRepeated() {
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		List<RunReport> history = this.store.history(10);
		MongoCollection<Document> collection = lockDocument();
		Document marker = Objects.requireNonNull(collection.find(new Document("_id", "database_init")).first());
		collection.insertOne(marker.get("run", Document.class));
		assertThat(this.store.history(10)).isEqualTo(history).hasSize(1);
		locked.journal.begin(new RunReport("next", locked.lease.token(), "host", "app", Instant.now(), null,
				Outcome.RUNNING, null, List.of()), "test");
		assertThat(this.store.history(10)).extracting(RunReport::id).containsExactly("next", "id");
		locked.leases.close();
	}

	@Test
	void everyWriteOfAnOlderTokenIsRefused() {
		Locked old = lock("old");
		old.journal.begin(run(old, Outcome.RUNNING), "test");
		old.leases.release(old.lease);
		Locked locked = lock("new");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		assertRefused(() -> old.journal.begin(run(old, Outcome.RUNNING), "test"));
		assertRefused(() -> old.journal.intend("step", "change"));
		assertRefused(() -> old.journal.once("seed", "f", () -> {
		}));
		assertRefused(() -> old.journal.end(run(old, Outcome.DONE), Map.of(), Map.of()));
		assertThat(look().complete()).isFalse();
		assertThat(look().steps()).isEmpty();
		old.leases.close();
	}

	@Test
	void aPredecessorRecordsNothingAfterTheLockWasTaken() throws Exception {
		Locked old = lock("old");
		old.journal.begin(run(old, Outcome.RUNNING), "test");
		old.leases.release(old.lease);
		LeaseStore leases = createStore();
		acquire(leases, "new", LONG);
		assertRefused(() -> old.journal.once("seed", "f", () -> {
		}));
		assertThat(look().steps()).isEmpty();
		leases.close();
		old.leases.close();
	}

	@Test
	void workCannotBeTakenUpAgainAfterItWasCutOff() {
		Locked locked = lock("me");
		this.store.unwrap(MongoDatabase.class);
		locked.leases.close();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.store.unwrap(MongoDatabase.class));
	}

	@Test
	void anIntentIsInDoubtUntilItIsSettled() {
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		locked.journal.intend("collections", "create index 'a'");
		locked.journal.intend("collections", "create index 'b'");
		locked.journal.conclude("collections", "create index 'a'");
		assertThat(locked.journal.inDoubt()).containsExactly(new Journal.InDoubt("collections", "create index \'b\'"));
		locked.journal.end(run(locked, Outcome.DONE), Map.of(), Map.of());
		assertThat(locked.journal.inDoubt()).isEmpty();
	}

	@Test
	void seedsByKeyCanBeRepeated() throws Exception {
		Locked locked = lock("me");
		SeedData insert = data(Mode.INSERT, Map.of("name", "a", "n", 1), Map.of("name", "b", "n", 1));
		assertThat(seed(insert)).isEqualTo(2);
		assertThat(seed(insert)).isZero();
		assertThat(seed(data(Mode.INSERT, Map.of("name", "a", "n", 2)))).isZero();
		assertThat(seed(data(Mode.UPSERT, Map.of("name", "a", "n", 2), Map.of("name", "c", "n", 2)))).isEqualTo(2);
		assertThat(seed(data(Mode.UPSERT, Map.of("name", "a", "n", 2)))).isZero();
		assertThat(seed(data(Mode.IF_EMPTY, Map.of("name", "d")))).isZero();
		List<String> documents = documents().stream().map((doc) -> doc.get("name") + "=" + doc.get("n")).toList();
		assertThat(documents).containsExactlyInAnyOrder("a=2", "b=1", "c=2");
		locked.leases.close();
	}

	@Test
	void aSeedThatWasWrittenInPartIsCompleted() throws Exception {
		Locked locked = lock("me");
		SeedData data = data(Mode.IF_EMPTY, Map.of("name", "a"), Map.of("name", "b"), Map.of("name", "b"));
		assertThat(seed(data)).isEqualTo(3);
		client.getDatabase(this.database).getCollection("things").deleteOne(new Document("name", "b"));
		assertThat(seed(data)).isEqualTo(1);
		assertThat(documents()).extracting((document) -> document.get("name")).containsExactlyInAnyOrder("a", "b", "b");
		client.getDatabase(this.database).getCollection("things").insertOne(new Document("name", "c"));
		client.getDatabase(this.database).getCollection("things").deleteOne(new Document("name", "a"));
		assertThat(seed(data)).isZero();
		locked.leases.close();
	}

	@Test
	void aSeedIsWrittenWithItsRecordOrNotAtAll() throws Exception {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		client.getDatabase(this.database).createCollection("things");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> locked.journal.once("seed", "f", () -> {
			seed(data(Mode.UPSERT, Map.of("name", "a")));
			throw new IllegalStateException("killed");
		}));
		assertThat(documents()).isEmpty();
		locked.journal.once("seed", "f", () -> {
			assertThat(this.store.unwrap(ClientSession.class).hasActiveTransaction()).isTrue();
			seed(data(Mode.UPSERT, Map.of("name", "a")));
			assertThat(documents()).isEmpty();
		});
		assertThat(documents()).hasSize(1);
		assertThat(look().steps()).containsKey("seed");
		locked.leases.close();
	}

	@Test
	void aSeedOfAPredecessorIsNotCommitted() throws Exception {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		Locked old = lock("old");
		old.journal.begin(run(old, Outcome.RUNNING), "test");
		client.getDatabase(this.database).createCollection("things");
		assertRefused(() -> old.journal.once("seed", "f", () -> {
			seed(data(Mode.UPSERT, Map.of("name", "a")));
			old.leases.release(old.lease);
			try (LeaseStore leases = createStore()) {
				acquire(leases, "new", LONG);
			}
		}));
		assertThat(documents()).isEmpty();
		assertThat(look().steps()).isEmpty();
		old.leases.close();
	}

	@Test
	void aTransactionOfAToolIsNotCommittedOnceASuccessorHasCome() {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		Locked old = lock("old");
		old.journal.begin(run(old, Outcome.RUNNING), "test");
		client.getDatabase(this.database).createCollection("things");
		insertGuarded(old, () -> {
		});
		assertThat(documents()).hasSize(1);
		assertRefused(() -> insertGuarded(old, () -> {
			old.leases.release(old.lease);
			try (LeaseStore leases = createStore()) {
				acquire(leases, "new", LONG);
			}
		}));
		assertThat(documents()).hasSize(1);
		old.leases.close();
	}

	private void insertGuarded(Locked locked, Runnable between) {
		MongoClient work = this.store.unwrap(MongoClient.class);
		try (ClientSession session = work.startSession()) {
			session.startTransaction();
			work.getDatabase(this.database).getCollection("things").insertOne(session, new Document("name", "a"));
			between.run();
			locked.journal.guard(session);
			session.commitTransaction();
		}
	}

	@Test
	void theSessionOfATransactionIsRecordedBeforeItBegins() throws Exception {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		List<BsonDocument> commands = new CopyOnWriteArrayList<>();
		TestDatabase store = watched(commands);
		try (LeaseStore leases = store.leases()) {
			Lease lease = acquire(leases, "me", LONG);
			Journal journal = store.journal(lease);
			journal.begin(new RunReport("id", lease.token(), "host", "app", Instant.now(), null, Outcome.RUNNING, null,
					List.of()), "test");
			client.getDatabase(this.database).createCollection("things");
			commands.clear();
			journal.once("seed", "f",
					() -> store.unwrap(SeedWriter.class).write(data(Mode.UPSERT, Map.of("name", "a"))));
		}
		BsonDocument recorded = commands.get(0);
		BsonDocument begun = commands.stream()
			.filter((command) -> command.containsKey("startTransaction"))
			.findFirst()
			.orElseThrow();
		assertThat(recorded.containsKey("startTransaction")).isFalse();
		assertThat(recorded.getArray("updates").get(0).asDocument().getDocument("u").getDocument("$set"))
			.isEqualTo(new BsonDocument("session", begun.getDocument("lsid")));
	}

	@Test
	void theSessionOfADeadHolderIsEnded() {
		acquire(createStore(), "dead", SHORT);
		BsonDocument session = new BsonDocument("id", new BsonBinary(UUID.randomUUID()));
		lockDocument().updateOne(new Document("_id", "lock"), Updates.set("session", session));
		List<BsonDocument> commands = new CopyOnWriteArrayList<>();
		TestDatabase store = watched(commands);
		try (LeaseStore leases = store.leases()) {
			Lease lease = awaitLease(leases, "me", LONG);
			List<BsonDocument> ended = commands.stream()
				.filter((command) -> command.containsKey("killSessions"))
				.toList();
			assertThat(ended).singleElement()
				.satisfies((command) -> assertThat(command.getArray("killSessions")).containsExactly(session));
			leases.release(lease);
			acquire(leases, "me", LONG);
			assertThat(commands).filteredOn((command) -> command.containsKey("killSessions")).hasSize(1);
		}
	}

	@Test
	void aServerThatEndsNoSessionsIsReported() {
		MongoDb.assumeCannot(Ability.ENDING_OF_SESSIONS);
		acquire(createStore(), "dead", SHORT);
		lockDocument().updateOne(new Document("_id", "lock"),
				Updates.set("session", new BsonDocument("id", new BsonBinary(UUID.randomUUID()))));
		try (LeaseStore leases = this.store.leases()) {
			awaitLease(leases, "me", LONG);
			assertThat(this.store.session().limitations()).anySatisfy((limitation) -> assertThat(limitation)
				.startsWith("The transaction of a process that died could not be ended"));
		}
	}

	@Test
	void whoWaitsAsksOnceEachTime() {
		try (LeaseStore holder = createStore()) {
			acquire(holder, "holder", LONG);
			List<BsonDocument> commands = new CopyOnWriteArrayList<>();
			LockOptions options = new LockOptions(LONG, Duration.ofMillis(200), Duration.ofMillis(20));
			List<Lease> polls = new ArrayList<>();
			try (Lock lock = new Lock("mongodb", watched(commands).leases(), options)) {
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> lock.acquire("me", polls::add));
			}
			List<String> queries = commands.stream()
				.map(BsonDocument::getFirstKey)
				.filter((command) -> !command.startsWith("sasl") && !command.equals("endSessions"))
				.toList();
			assertThat(queries).hasSize(1 + polls.size()).containsOnly("findAndModify");
		}
	}

	@Test
	void whatKeepsAWriteWaitingIsAConflict() {
		assertThat(MongoErrors.isConflict(refused(50))).isTrue();
		assertThat(MongoErrors.isConflict(refused(112))).isTrue();
		assertThat(MongoErrors.isConflict(refused(12587))).isTrue();
		assertThat(MongoErrors.isConflict(new IllegalStateException(refused(117)))).isTrue();
		assertThat(MongoErrors.isConflict(new MongoException(1, "tuple concurrently updated"))).isTrue();
		assertThat(MongoErrors.isConflict(refused(13))).isFalse();
	}

	private static MongoException refused(int code) {
		return new MongoWriteException(new WriteError(code, "refused", new BsonDocument()), new ServerAddress(),
				Set.of());
	}

	@Test
	void theTransactionOfADeadHolderIsWaitedFor() {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		Locked dead = lock("dead");
		dead.journal.begin(run(dead, Outcome.RUNNING), "test");
		lockDocument().updateOne(new Document("_id", "lock"), Updates.set("lease_ms", 1L));
		try (LeaseStore leases = createStore(); ClientSession session = client.startSession()) {
			session.startTransaction();
			lockDocument().updateOne(session, new Document("_id", "database_init"), Updates.set("steps", List.of()));
			assertThat(leases.tryAcquire("me", Duration.ofSeconds(3))).isEmpty();
			assertThat(leases.current()).hasValueSatisfying((lease) -> {
				assertThat(lease.owner()).isEqualTo("me");
				assertThat(lease.activity()).startsWith("waiting until the server ends the transaction");
			});
			session.abortTransaction();
			assertThat(acquire(leases, "me", LONG).takenOverFrom()).map(Lease::owner).hasValue("dead");
		}
		dead.leases.close();
	}

	@Test
	void aLeaseThatRanOutBeforeItWasUsedIsNobodysPredecessor() {
		acquire(createStore(), "dead", SHORT);
		try (LeaseStore leases = createStore()) {
			Lease unused = awaitLease(leases, "me", SHORT);
			Awaitility.await().until(() -> leases.current().isEmpty());
			Lease lease = acquire(leases, "me", LONG);
			assertThat(lease.token()).isGreaterThan(unused.token());
			assertThat(lease.takenOverFrom()).map(Lease::owner).hasValue("dead");
		}
	}

	@Test
	void aSeedCanBeRepeatedOnceTheTransactionOfADeadHolderIsGone() throws Exception {
		MongoDb.assumeCan(Ability.TRANSACTIONS);
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		client.getDatabase(this.database).getCollection("things").insertOne(new Document("name", "a"));
		try (ClientSession session = client.startSession()) {
			session.startTransaction();
			client.getDatabase(this.database)
				.getCollection("things")
				.updateOne(session, new Document("name", "a"), Updates.set("n", 0));
			CheckedRunnable seed = () -> seed(data(Mode.UPSERT, Map.of("name", "a", "n", 1)));
			assertThatExceptionOfType(MongoException.class).isThrownBy(() -> locked.journal.once("seed", "f", seed))
				.matches(MongoErrors::isConflict);
			session.abortTransaction();
			locked.journal.once("seed", "f", seed);
		}
		assertThat(documents()).singleElement().satisfies((document) -> assertThat(document).containsEntry("n", 1));
		assertThat(look().steps()).containsKey("seed");
		locked.leases.close();
	}

	@Test
	void aWrongPasswordFailsAtOnce() {
		Assumptions.assumeTrue(MongoDb.settings().getCredential() != null,
				"This MongoDB server is open to everybody; name one that asks for a password");
		MongoCredential wrong = MongoCredential.createCredential("nobody", "admin", "wrong".toCharArray());
		try (MongoClient client = MongoClients
			.create(MongoClientSettings.builder(MongoDb.settings()).credential(wrong).build())) {
			TestDatabase store = new TestDatabase(new MongoDbDatabase("mongodb", client, null, this.database));
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> store.look(Duration.ofSeconds(5)))
				.withMessageContaining("'mongodb' refuses the user");
		}
	}

	@Test
	void operationsOfADeadHolderAreLookedFor() {
		Locked dead = lock("dead");
		dead.journal.begin(run(dead, Outcome.RUNNING), "test");
		Lease lease = new Lease("me", 2, dead.lease.since(), dead.lease.expires(), "", dead.lease);
		List<String> ended = this.store.terminateOrphans(lease, Duration.ofSeconds(5));
		if (MongoDb.can(Ability.CURRENT_OPERATIONS)) {
			assertThat(ended).isEmpty();
		}
		else {
			assertThat(ended).singleElement().asString().startsWith("its running operations are not known: ");
		}
		dead.leases.close();
	}

	@Test
	void operationsOfADeadHolderAreEnded() throws Exception {
		MongoDb.assumeCan(Ability.CURRENT_OPERATIONS);
		Locked dead = lock("dead");
		MongoDatabase work = this.store.unwrap(MongoDatabase.class);
		work.getCollection("things").insertOne(new Document());
		Thread orphan = new Thread(() -> {
			try {
				work.getCollection("things").find(new Document("$where", "sleep(60000) || true")).first();
			}
			catch (MongoException ex) {
				// Ended
			}
		});
		orphan.start();
		Lease lease = new Lease("me", 2, dead.lease.since(), dead.lease.expires(), "", dead.lease);
		Awaitility.await()
			.until(() -> !this.store.terminateOrphans(lease, Duration.ofSeconds(20)).isEmpty() || !orphan.isAlive());
		orphan.join(20_000);
		assertThat(orphan.isAlive()).isFalse();
		dead.leases.close();
	}

	@Test
	void seedsUnderstandNestedKeysAndExtendedJson() throws Exception {
		Locked locked = lock("me");
		String oid = new ObjectId().toHexString();
		SeedData data = new SeedData("things", Mode.UPSERT, List.of("ref.id"),
				List.of(new Row("a test", Map.of("ref", Map.of("id", Map.of("$oid", oid)), "at",
						Map.of("$date", "2024-01-01T00:00:00Z"), "big", 1L << 40, "list", List.of(1, 2.5)))));
		assertThat(seed(data)).isEqualTo(1);
		assertThat(seed(data)).isZero();
		Document document = documents().get(0);
		assertThat(document.getEmbedded(List.of("ref", "id"), ObjectId.class)).isEqualTo(new ObjectId(oid));
		assertThat(document.getDate("at")).isEqualTo(Instant.parse("2024-01-01T00:00:00Z"));
		assertThat(document.getLong("big")).isEqualTo(1L << 40);
		assertThat(document.getList("list", Object.class)).containsExactly(1, 2.5);
		locked.leases.close();
	}

	@Test
	void aServerThatRefusesConnectionsMayAnswerLater() {
		try (MongoClient nobody = MongoClients.create("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200")) {
			TestDatabase store = new TestDatabase(new MongoDbDatabase("mongodb", nobody, null, "test"));
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> store.look(Duration.ofSeconds(1)))
				.withMessageStartingWith("'mongodb' does not answer: 127.0.0.1:1: Connection refused");
		}
	}

	@Test
	void whatIsMissingIsToldWhereSomeServersAnswer() {
		ServerDescription gone = ServerDescription.builder()
			.address(new ServerAddress("gone"))
			.state(ServerConnectionState.CONNECTING)
			.exception(new MongoException("refused"))
			.build();
		ServerDescription secondary = ServerDescription.builder()
			.address(new ServerAddress("secondary"))
			.state(ServerConnectionState.CONNECTED)
			.type(ServerType.REPLICA_SET_SECONDARY)
			.ok(true)
			.build();
		assertThat(MongoErrors.translate("mongodb", new MongoTimeoutException("No primary"), List.of(gone, secondary)))
			.hasMessage("'mongodb' does not answer: No primary; gone:27017: refused");
	}

	@Test
	void whoeverWaitsForTheLockOfAServerThatIsGoneGoesOnWaiting() {
		MongoClientSettings nowhere = MongoClientSettings.builder()
			.applyConnectionString(new ConnectionString("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"))
			.build();
		try (LeaseStore leases = new TestDatabase(new MongoDbDatabase("mongodb", client, nowhere, this.database))
			.leases()) {
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> leases.tryAcquire("me", LONG))
				.withMessageContaining("'mongodb' does not answer");
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(leases::blocking);
		}
	}

	@Test
	void cutOffWorkFails() {
		Locked locked = lock("me");
		MongoDatabase work = this.store.unwrap(MongoDatabase.class);
		work.listCollectionNames().first();
		locked.leases.abort();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> work.listCollectionNames().first());
		assertThat(locked.leases.current()).isPresent();
		locked.leases.close();
	}

	@Test
	void anUnknownClientIsNamed() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.store.unwrap(InitializationException.class))
			.withMessageContaining("'mongodb' has no io.dbinit.InitializationException");
	}

	private MongoCollection<Document> lockDocument() {
		return client.getDatabase(this.database).getCollection("_system_init");
	}

	private TestDatabase watched(List<BsonDocument> commands) {
		CommandListener listener = new CommandListener() {

			@Override
			public void commandStarted(CommandStartedEvent event) {
				commands.add(event.getCommand().clone());
			}

		};
		return new TestDatabase(new MongoDbDatabase("mongodb", client,
				MongoClientSettings.builder(MongoDb.settings()).addCommandListener(listener).build(), this.database));
	}

	private Marker look() {
		return this.store.look(Duration.ofSeconds(10));
	}

	private Locked lock(String owner) {
		LeaseStore leases = this.store.leases();
		Lease lease = acquire(leases, owner, LONG);
		return new Locked(leases, lease, this.store.journal(lease));
	}

	private int seed(SeedData data) throws Exception {
		return this.store.unwrap(SeedWriter.class).write(data);
	}

	@SafeVarargs
	private static SeedData data(Mode mode, Map<String, Object>... rows) {
		return new SeedData("things", mode, List.of("name"),
				Arrays.stream(rows).map((row) -> new Row("a test", row)).toList());
	}

	private List<Document> documents() {
		return client.getDatabase(this.database).getCollection("things").find().into(new ArrayList<>());
	}

	private static RunReport run(Locked locked, Outcome outcome) {
		return new RunReport("id", locked.lease.token(), "host", "app", Instant.now(), null, outcome, null, List.of());
	}

	private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(write);
	}

	private record Locked(LeaseStore leases, Lease lease, Journal journal) {

	}

}
