package io.dbinit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.dbinit.lock.Lease;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Contract of a {@link Database} and its {@link DatabaseSession}. A subclass gives each
 * test an empty database.
 */
public abstract class AbstractDatabaseTests {

	protected static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final List<AutoCloseable> opened = new ArrayList<>();

	/**
	 * Return the database of the test, as another process would open it.
	 * @return a new instance
	 */
	protected abstract Database createDatabase();

	/**
	 * Acquire the lease as another process would.
	 * @param owner the owner
	 * @return the process that holds the lease
	 */
	protected final Holder acquire(String owner) {
		SessionLeaseStore store = createDatabase().leases();
		this.opened.add(store);
		Lease lease = Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> store.tryAcquire(owner, LEASE), (acquired) -> acquired.isPresent())
			.orElseThrow();
		return new Holder(store, lease, store.open(lease));
	}

	@AfterEach
	void closeAll() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
	}

	@Test
	void databaseThatWasNeverWorkedOnHasNoRecord() {
		Marker marker = createDatabase().look(TIMEOUT);
		assertThat(marker.product()).isNotBlank();
		assertThat(marker.readOnly()).isFalse();
		assertThat(marker.createdAt()).isNull();
		assertThat(marker.environment()).isNull();
		assertThat(marker.complete()).isFalse();
		assertThat(marker.steps()).isEmpty();
		assertThat(marker.versions()).isEmpty();
		assertThat(createDatabase().history(10)).isEmpty();
	}

	@Test
	void lookCreatesNothing() {
		Database database = createDatabase();
		assertThat(database.look(TIMEOUT)).isEqualTo(database.look(TIMEOUT));
		assertThat(database.look(TIMEOUT).createdAt()).isNull();
	}

	@Test
	void lockAloneIsNoRecord() {
		acquire("a");
		assertThat(createDatabase().look(TIMEOUT).createdAt()).isNull();
		assertThat(createDatabase().history(10)).isEmpty();
	}

	@Test
	void canBeReadByManyAtOnce() throws Exception {
		Holder holder = acquire("a");
		begin(holder).intend("step", "change");
		Database database = createDatabase();
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			List<Future<Marker>> looks = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				looks.add(executor.submit(() -> database.look(TIMEOUT)));
			}
			for (Future<Marker> look : looks) {
				assertThat(look.get()).isEqualTo(looks.get(0).get());
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void unknownClientIsRefusedByName() {
		try (DatabaseSession reader = createDatabase().openReadOnly()) {
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> reader.unwrap(Holder.class))
				.withMessageContaining(Holder.class.getName());
		}
		Holder holder = acquire("a");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> holder.session().unwrap(Holder.class));
		assertThat(createDatabase().applicationClient(Holder.class)).isEmpty();
		assertThat(createDatabase().isReachedThrough(new Object())).isFalse();
	}

	@Test
	void sessionsCanBeClosedTwice() {
		DatabaseSession reader = createDatabase().openReadOnly();
		reader.close();
		reader.close();
		Holder holder = acquire("a");
		holder.session().close();
		holder.session().close();
		holder.store().close();
		holder.store().close();
	}

	@Test
	void successorFindsNoOrphansOfAHolderThatIsGone() {
		Holder dead = acquire("dead");
		begin(dead).intend("step", "change");
		dead.session().close();
		dead.store().release(dead.lease());
		dead.store().close();
		Holder next = acquire("next");
		assertThat(next.session().terminateOrphans(dead.lease(), TIMEOUT)).allMatch((text) -> !text.isBlank());
		assertThat(next.session().journal().inDoubt()).containsExactly(new Journal.InDoubt("step", "change"));
	}

	private static Journal begin(Holder holder) {
		Journal journal = holder.session().journal();
		journal.begin(new Report.RunReport("1", holder.lease().token(), "host", "app", Instant.now(), null,
				Report.Outcome.RUNNING, null, List.of()), "test");
		return journal;
	}

	/**
	 * Process that holds the lease.
	 *
	 * @param store the store of the lease
	 * @param lease the lease
	 * @param session the session of the work
	 */
	protected record Holder(SessionLeaseStore store, Lease lease, DatabaseSession session) {

		/**
		 * Give the lease back without closing anything, so that another process can
		 * acquire it.
		 */
		public void release() {
			this.store.release(this.lease);
		}

	}

}
