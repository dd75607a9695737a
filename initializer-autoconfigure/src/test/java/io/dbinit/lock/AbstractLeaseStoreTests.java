package io.dbinit.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link LeaseStore} promises. A subclass gives each test a database of its
 * own, on which nothing was stored before.
 */
public abstract class AbstractLeaseStoreTests {

	protected static final Duration LONG = Duration.ofSeconds(30);

	protected static final Duration SHORT = Duration.ofMillis(600);

	private static final int RACERS = 12;

	private final List<LeaseStore> stores = new ArrayList<>();

	/**
	 * Return a new store on the database of the test.
	 * @return the store
	 */
	protected abstract LeaseStore createStore();

	/**
	 * Return a new store that is closed after the test.
	 * @return the store
	 */
	protected final synchronized LeaseStore store() {
		LeaseStore store = createStore();
		this.stores.add(store);
		return store;
	}

	@AfterEach
	void closeStores() {
		this.stores.forEach(LeaseStore::close);
	}

	@Test
	void givesFirstLease() {
		LeaseStore store = store();
		Lease lease = acquire(store, "a", LONG);
		assertThat(lease.owner()).isEqualTo("a");
		assertThat(lease.token()).isPositive();
		assertThat(Duration.between(lease.since(), lease.expires())).isCloseTo(LONG, Duration.ofSeconds(1));
		assertThat(lease.activity()).isEmpty();
		assertThat(lease.takenOverFrom()).isEmpty();
	}

	@Test
	void refusesSecondOwner() {
		Lease lease = acquire(store(), "a", LONG);
		LeaseStore other = store();
		assertThat(other.tryAcquire("b", LONG)).isEmpty();
		assertThat(other.current()).hasValueSatisfying((current) -> assertSame(current, lease));
	}

	@Test
	void hasNoCurrentLeaseBeforeAnybodyAsked() {
		assertThat(store().current()).isEmpty();
	}

	@Test
	void repeatedAcquisitionReturnsSameLease() {
		LeaseStore store = store();
		Lease lease = acquire(store, "a", LONG);
		assertSame(acquire(store, "a", LONG), lease);
	}

	@Test
	void repeatedAcquisitionRemembersPredecessor() {
		LeaseStore dead = store();
		acquire(dead, "a", SHORT);
		LeaseStore store = store();
		Lease lease = awaitLease(store, "b", LONG);
		Lease repeated = acquire(store, "b", LONG);
		assertSame(repeated, lease);
		assertThat(repeated.takenOverFrom()).map(Lease::owner).hasValue("a");
	}

	@Test
	void tokenGrowsWithEveryLease() {
		List<Long> tokens = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			LeaseStore store = store();
			Lease lease = acquire(store, "owner-" + i, LONG);
			tokens.add(lease.token());
			assertThat(store.release(lease)).isTrue();
			store.close();
		}
		assertThat(tokens).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void tokenSurvivesRelease() {
		LeaseStore store = store();
		Lease first = acquire(store, "a", LONG);
		store.release(first);
		Lease second = acquire(store, "a", LONG);
		assertThat(second.token()).isGreaterThan(first.token());
	}

	@Test
	void releasedLeaseIsNotCurrentAndHasNoSuccessor() {
		LeaseStore store = store();
		Lease lease = acquire(store, "a", LONG);
		assertThat(store.release(lease)).isTrue();
		assertThat(store.current()).isEmpty();
		store.close();
		assertThat(acquire(store(), "b", LONG).takenOverFrom()).isEmpty();
	}

	@Test
	void lapsedLeaseIsTakenOver() {
		LeaseStore dead = store();
		Lease lapsed = acquire(dead, "a", SHORT);
		Lease lease = awaitLease(store(), "b", LONG);
		assertThat(lease.token()).isGreaterThan(lapsed.token());
		assertThat(lease.takenOverFrom()).hasValueSatisfying((predecessor) -> {
			assertThat(predecessor.owner()).isEqualTo("a");
			assertThat(predecessor.token()).isEqualTo(lapsed.token());
			assertThat(predecessor.since()).isEqualTo(lapsed.since());
		});
	}

	@Test
	void lapsedLeaseIsNotCurrent() {
		LeaseStore dead = store();
		acquire(dead, "a", SHORT);
		LeaseStore other = store();
		Awaitility.await().untilAsserted(() -> assertThat(other.current()).isEmpty());
	}

	@Test
	void renewedLeaseIsNotTakenOver() throws InterruptedException {
		LeaseStore holder = store();
		Lease lease = acquire(holder, "a", SHORT);
		LeaseStore other = store();
		for (int i = 0; i < 10; i++) {
			assertThat(holder.renew(lease, LONG, "step " + i)).isTrue();
			assertThat(other.tryAcquire("b", LONG)).isEmpty();
			Thread.sleep(SHORT.toMillis() / 5);
		}
	}

	@Test
	void renewalTellsWhatIsDone() {
		LeaseStore holder = store();
		Lease lease = acquire(holder, "a", LONG);
		holder.renew(lease, LONG, "liquibase: changeset 7 of 9, \u00fcber 'all'");
		assertThat(store().current()).map(Lease::activity).hasValue("liquibase: changeset 7 of 9, \u00fcber 'all'");
	}

	@Test
	void renewalSurvivesLongTextOfWhatIsDone() {
		LeaseStore holder = store();
		Lease lease = acquire(holder, "a", LONG);
		assertThat(holder.renew(lease, LONG, "x".repeat(100_000))).isTrue();
		assertThat(store().current()).map(Lease::activity)
			.hasValueSatisfying((activity) -> assertThat(activity).startsWith("xxx"));
	}

	@Test
	void renewalExtendsLeaseByClockOfDatabase() {
		LeaseStore holder = store();
		Lease lease = acquire(holder, "a", LONG);
		holder.renew(lease, LONG.multipliedBy(2), "");
		assertThat(holder.current()).hasValueSatisfying((current) -> {
			assertThat(current.since()).isEqualTo(lease.since());
			assertThat(current.expires()).isAfterOrEqualTo(lease.expires().plus(LONG));
		});
	}

	@Test
	void oldTokenIsNeitherRenewedNorReleased() {
		LeaseStore dead = store();
		Lease lapsed = acquire(dead, "a", SHORT);
		LeaseStore holder = store();
		Lease lease = awaitLease(holder, "b", LONG);
		assertThat(dead.renew(lapsed, LONG, "late")).isFalse();
		assertThat(dead.release(lapsed)).isFalse();
		assertThat(holder.current()).hasValueSatisfying((current) -> assertSame(current, lease));
	}

	@Test
	void sameOwnerWithOldTokenIsRefused() {
		LeaseStore store = store();
		Lease first = acquire(store, "a", LONG);
		store.release(first);
		Lease second = acquire(store, "a", LONG);
		assertThat(store.renew(first, LONG, "")).isFalse();
		assertThat(store.release(first)).isFalse();
		assertThat(store.renew(second, LONG, "")).isTrue();
	}

	@Test
	void releasedLeaseIsNotRenewed() {
		LeaseStore store = store();
		Lease lease = acquire(store, "a", LONG);
		store.release(lease);
		assertThat(store.renew(lease, LONG, "")).isFalse();
		assertThat(store.release(lease)).isFalse();
	}

	@Test
	void closedStoreCanBeClosedAndAbortedAgain() {
		LeaseStore store = store();
		acquire(store, "a", LONG);
		store.abort();
		store.close();
		store.close();
		store.abort();
	}

	@Test
	void oneOfManyWinsWhileStorageIsMade() throws Exception {
		List<Optional<Lease>> leases = race((index) -> store().tryAcquire("racer-" + index, LONG));
		assertThat(leases).filteredOn(Optional::isPresent).hasSize(1);
	}

	@Test
	void oneOfManyTakesLapsedLeaseOver() throws Exception {
		LeaseStore dead = store();
		Lease lapsed = acquire(dead, "dead", SHORT);
		Awaitility.await().until(() -> dead.current().isEmpty());
		List<Optional<Lease>> leases = race((index) -> {
			LeaseStore store = store();
			Optional<Lease> lease = store.tryAcquire("racer-" + index, LONG);
			return lease.isPresent() ? lease : store.tryAcquire("racer-" + index, LONG);
		});
		LeaseStore late = store();
		Awaitility.await().until(() -> late.tryAcquire("late", LONG).isPresent() || late.current().isPresent());
		assertThat(leases).filteredOn(Optional::isPresent).hasSizeLessThanOrEqualTo(1);
		assertThat(late.current()).map(Lease::token).hasValue(lapsed.token() + 1);
	}

	@Test
	void everyWaiterGetsItsTurnAlone() throws Exception {
		List<Long> tokens = new ArrayList<>();
		race((index) -> {
			try (Lock lock = new Lock("test", store(), new LockOptions(LONG, LONG, Duration.ofMillis(50)))) {
				Lease lease = lock.acquire("racer-" + index, (holder) -> {
				});
				assertThat(lease.takenOverFrom()).isEmpty();
				// Not synchronized: that is what the lock is for
				tokens.add(lease.token());
			}
			return Optional.empty();
		});
		assertThat(tokens).hasSize(RACERS).isSorted().doesNotHaveDuplicates();
	}

	private List<Optional<Lease>> race(Racer racer) throws InterruptedException, ExecutionException {
		ExecutorService executor = Executors.newFixedThreadPool(RACERS);
		try {
			CountDownLatch start = new CountDownLatch(RACERS);
			List<Future<Optional<Lease>>> futures = new ArrayList<>();
			for (int i = 0; i < RACERS; i++) {
				int index = i;
				Callable<Optional<Lease>> task = () -> {
					start.countDown();
					start.await();
					return racer.race(index);
				};
				futures.add(executor.submit(task));
			}
			List<Optional<Lease>> results = new ArrayList<>();
			for (Future<Optional<Lease>> future : futures) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	protected static Lease acquire(LeaseStore store, String owner, Duration duration) {
		return store.tryAcquire(owner, duration).orElseThrow(() -> new AssertionError("'" + owner + "' got no lease"));
	}

	protected static Lease awaitLease(LeaseStore store, String owner, Duration duration) {
		return Awaitility.await().until(() -> store.tryAcquire(owner, duration), Optional::isPresent).orElseThrow();
	}

	private static void assertSame(Lease actual, Lease expected) {
		assertThat(actual.owner()).isEqualTo(expected.owner());
		assertThat(actual.token()).isEqualTo(expected.token());
		assertThat(actual.since()).isEqualTo(expected.since());
	}

	@FunctionalInterface
	private interface Racer {

		Optional<Lease> race(int index) throws Exception;

	}

}
