package io.dbinit.lock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of {@link Lock}.
 */
class LockTests {

	private final ScriptedStore store = new ScriptedStore();

	@Test
	void looksUntilTheLeaseIsFreeAndTellsWhoHoldsIt() {
		this.store.refusals = 1;
		this.store.held = 3;
		List<Lease> holders = new ArrayList<>();
		try (Lock lock = lock(Duration.ofSeconds(3))) {
			assertThat(lock.acquire("me", holders::add).owner()).isEqualTo("me");
		}
		assertThat(holders).extracting(Lease::owner).containsExactly("other", "other", "other");
		assertThat(this.store.queries).containsExactly("try", "look", "look", "look", "look", "try");
		assertThat(this.store.released).isTrue();
		assertThat(this.store.closed).isTrue();
	}

	@Test
	void isNotTakenWhenItIsNotNeededAnyMore() {
		this.store.refusals = 1;
		this.store.held = 2;
		List<Lease> holders = new ArrayList<>();
		AtomicInteger asked = new AtomicInteger();
		try (Lock lock = lock(Duration.ofSeconds(3))) {
			assertThat(lock.acquire("me", holders::add, () -> asked.incrementAndGet() > 0)).isEmpty();
		}
		assertThat(holders).hasSize(2);
		assertThat(asked).hasValue(1);
		assertThat(this.store.queries).containsExactly("try", "look", "look", "look");
		assertThat(this.store.released).isFalse();
		assertThat(this.store.closed).isTrue();
	}

	@Test
	void givesUpAfterTheLimitAndNamesTheHolder() {
		this.store.refusals = Integer.MAX_VALUE;
		this.store.held = Integer.MAX_VALUE;
		assertThatTimeout().withMessageContaining("'database'")
			.withMessageContaining("held by 'other' at 'liquibase' since 1970-01-01T00:00:00Z (token 7)")
			.matches(LockTimeoutException::isHeld);
		assertThat(this.store.released).isFalse();
		assertThat(this.store.closed).isTrue();
	}

	@Test
	void givesUpAfterTheLimitAndNamesWhatIsInTheWayOfALeaseThatHasEnded() {
		this.store.refusals = Integer.MAX_VALUE;
		this.store.obstacle = "session 7 could not be ended";
		assertThatTimeout().withMessageEndingWith("80 ms: session 7 could not be ended").matches((ex) -> !ex.isHeld());
	}

	private ThrowableAssertAlternative<LockTimeoutException> assertThatTimeout() {
		try (Lock lock = lock(Duration.ofSeconds(3))) {
			return assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> lock.acquire("me", (holder) -> {
				}));
		}
	}

	@Test
	void renewsFromItsOwnThread() {
		try (Lock lock = held(Duration.ofMillis(150))) {
			Awaitility.await().untilAsserted(() -> assertThat(this.store.renewals.get()).isGreaterThan(5));
			assertThatNoException().isThrownBy(lock::check);
		}
	}

	@Test
	void tellsWhatItDoesWithTheRenewal() {
		try (Lock lock = held(Duration.ofSeconds(30))) {
			lock.activity("create index");
			assertThat(this.store.activity).isEqualTo("create index");
		}
	}

	@Test
	void aRefusedRenewalCutsTheWorkOff() {
		try (Lock lock = held(Duration.ofMillis(150))) {
			this.store.refuseRenewal = true;
			this.store.held = 1;
			Awaitility.await().untilTrue(this.store.aborted);
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lock::check)
				.withMessageContaining("another owner: 'other'");
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> lock.activity("more"));
		}
		assertThat(this.store.released).isFalse();
	}

	@Test
	void failedRenewalsAreRepeatedUntilTheLeaseHasRunOut() {
		try (Lock lock = held(Duration.ofMillis(400))) {
			this.store.failRenewal = true;
			Awaitility.await().until(() -> this.store.renewals.get() >= 2);
			Awaitility.await().untilTrue(this.store.aborted);
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lock::check)
				.withMessageContaining("it ran out");
		}
	}

	@Test
	void aFailureThatPassesIsSurvived() {
		try (Lock lock = held(Duration.ofSeconds(3))) {
			this.store.failRenewal = true;
			lock.activity("cut off");
			this.store.failRenewal = false;
			lock.activity("back again");
			assertThat(this.store.activity).isEqualTo("back again");
		}
		assertThat(this.store.released).isTrue();
	}

	@Test
	void aHolderThatWasFrozenPastItsLeaseNoticesWithoutAskingTheDatabase() throws Exception {
		this.store.blockRenewal = true;
		try (Lock lock = held(Duration.ofMillis(150))) {
			Thread.sleep(200);
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lock::check)
				.withMessageContaining("it ran out before it could be renewed");
			assertThat(this.store.aborted).isTrue();
			this.store.blockRenewal = false;
		}
	}

	private Lock lock(Duration lease) {
		return new Lock("database", this.store, new LockOptions(lease, Duration.ofMillis(80), Duration.ofMillis(5)));
	}

	private Lock held(Duration lease) {
		Lock lock = lock(lease);
		lock.acquire("me", (holder) -> {
		});
		return lock;
	}

	private static final class ScriptedStore implements LeaseStore {

		private final AtomicInteger renewals = new AtomicInteger();

		private final AtomicBoolean aborted = new AtomicBoolean();

		private final List<String> queries = new ArrayList<>();

		private int refusals;

		private int held;

		private String obstacle;

		private volatile boolean refuseRenewal;

		private volatile boolean failRenewal;

		private volatile boolean blockRenewal;

		private volatile String activity = "";

		private boolean released;

		private boolean closed;

		@Override
		public Optional<Lease> tryAcquire(String owner, Duration duration) {
			this.queries.add("try");
			return (this.refusals-- > 0) ? Optional.empty()
					: Optional.of(new Lease(owner, 8, Instant.EPOCH, Instant.EPOCH, "", null));
		}

		@Override
		public boolean renew(Lease lease, Duration duration, String activity) {
			this.renewals.incrementAndGet();
			while (this.blockRenewal) {
				Thread.onSpinWait();
			}
			if (this.failRenewal) {
				throw new IllegalStateException("no connection");
			}
			this.activity = activity;
			return !this.refuseRenewal;
		}

		@Override
		public boolean release(Lease lease) {
			this.released = true;
			return true;
		}

		@Override
		public Optional<Lease> current() {
			this.queries.add("look");
			return Optional.of(new Lease("other", 7, Instant.EPOCH, Instant.EPOCH, "liquibase", null))
				.filter((lease) -> this.held-- > 0);
		}

		@Override
		public Optional<String> obstacle() {
			return Optional.ofNullable(this.obstacle);
		}

		@Override
		public void abort() {
			this.aborted.set(true);
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
