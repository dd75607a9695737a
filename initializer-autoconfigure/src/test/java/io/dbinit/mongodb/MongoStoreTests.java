package io.dbinit.mongodb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.InitializationException;
import io.dbinit.Journal;
import io.dbinit.Marker;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.UnavailableException;
import io.dbinit.Versions;
import io.dbinit.lock.AbstractLeaseStoreTests;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.LeaseStore;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedWriter;
import io.dbinit.testing.MongoDb;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MongoStore}, its leases, its journal and its seeds.
 */
class MongoStoreTests extends AbstractLeaseStoreTests {

	private static final MongoClient client = MongoDb.client();

	private final String database = MongoDb.database();

	private final MongoStore store = new MongoStore("mongodb", client, MongoDb.settings(), this.database);

	@AfterEach
	void drop() {
		client.getDatabase(this.database).drop();
	}

	@Override
	protected LeaseStore createStore() {
		return new MongoStore("mongodb", client, MongoDb.settings(), this.database).leases();
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
			try (LeaseStore other = new MongoStore("mongodb", client, watched, this.database).leases()) {
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
				Map.of("mongock", new Versions("1", "2", 1)));
		Marker marker = look();
		assertThat(marker.complete()).isTrue();
		assertThat(marker.environment()).isEqualTo("test");
		assertThat(marker.createdAt()).isNotNull();
		assertThat(marker.steps()).containsOnly(Map.entry("seed a", "f1"), Map.entry("collections", "f2"));
		assertThat(marker.versions()).containsExactly(Map.entry("mongock", new Versions("1", "2", 1)));
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
	void aFailedRunKeepsWhatWasRecordedBefore() throws Exception {
		Locked locked = lock("me");
		locked.journal.begin(run(locked, Outcome.RUNNING), "test");
		locked.journal.once("seed a", "f1", () -> {
		});
		locked.journal.end(run(locked, Outcome.FAILED), Map.of(), Map.of());
		assertThat(look().complete()).isFalse();
		assertThat(look().steps()).containsKey("seed a");
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
		locked.journal.done("collections", "create index 'a'");
		assertThat(locked.journal.inDoubt()).containsExactly("collections: create index 'b'");
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
	void seedsUnderstandNestedKeysAndExtendedJson() throws Exception {
		Locked locked = lock("me");
		String oid = new ObjectId().toHexString();
		SeedData data = new SeedData("things", Mode.UPSERT, List.of("ref.id"),
				List.of(Map.of("ref", Map.of("id", Map.of("$oid", oid)), "at", Map.of("$date", "2024-01-01T00:00:00Z"),
						"big", 1L << 40, "list", List.of(1, 2.5))));
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
			MongoStore store = new MongoStore("mongodb", nobody, null, "test");
			assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> store.look(Duration.ofSeconds(1)))
				.withMessageContaining("'mongodb' does not answer");
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
		return new SeedData("things", mode, List.of("name"), List.of(rows));
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
