package io.dbinit.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The lock of one database, held through a lease.
 * <ol>
 * <li>{@link #acquire} asks the {@link LeaseStore} for a lease. While another owner holds
 * it, it is polled with a single query, with a random pause between two queries, so that
 * a hundred waiting replicas do not ask together. Once it is free, it is taken if it is
 * still needed.</li>
 * <li>Once held, a daemon thread renews the lease three times in its duration, on the
 * store's own connection. A renewal that fails is repeated until the lease has run out;
 * one that is refused means that the lease is gone.</li>
 * <li>The holder measures its lease with its own monotonic clock, from before the request
 * was sent, so that it gives up no later than the database does, even if the wall clocks
 * differ or the process was frozen.</li>
 * <li>When the lease is lost, the work under it is {@link LeaseStore#abort() cut off} and
 * every later {@link #check} throws.</li>
 * <li>{@link #close} stops the renewal and gives the lease back.</li>
 * </ol>
 */
public final class Lock implements AutoCloseable {

	private final LeaseStore store;

	private final LockOptions options;

	private final String name;

	private final ReentrantLock renewing = new ReentrantLock();

	private volatile @Nullable Lease lease;

	private volatile long deadline;

	private volatile String activity = "";

	private volatile @Nullable LeaseLostException lost;

	private @Nullable Thread renewal;

	private @Nullable Retry retry;

	/**
	 * Create a lock that is not held yet.
	 * @param name the name of the database, for messages
	 * @param store where the lease is kept
	 * @param options how long to hold and to wait
	 */
	public Lock(String name, LeaseStore store, LockOptions options) {
		this.name = name;
		this.store = store;
		this.options = options;
	}

	/**
	 * Wait until the lock is held.
	 * @param owner the owner to be
	 * @param waiting called with the holder after each poll
	 * @return the lease
	 * @throws LockTimeoutException if the lock was not acquired in time
	 */
	public Lease acquire(String owner, Consumer<Lease> waiting) {
		return acquire(owner, waiting, () -> false).orElseThrow();
	}

	/**
	 * Wait until the lock is held, or is not needed any more. A caller that waits again
	 * after an exception of the store has the rest of the time.
	 * @param owner the owner to be
	 * @param waiting called with the holder after each poll
	 * @param unneeded asked before every attempt but the first, when the lock is free
	 * @return the lease, or empty if it is not needed
	 * @throws LockTimeoutException if the lock was not acquired in time
	 */
	public Optional<Lease> acquire(String owner, Consumer<Lease> waiting, BooleanSupplier unneeded) {
		if (this.retry == null) {
			this.retry = Retry.within(this.options.waitLimit(), "waiting for the lock of '" + this.name + "'");
		}
		while (true) {
			long before = System.nanoTime();
			Optional<Lease> acquired = this.store.tryAcquire(owner, this.options.lease());
			if (acquired.isPresent()) {
				return Optional.of(held(acquired.get(), before));
			}
			awaitRelease(owner, waiting, this.retry);
			if (unneeded.getAsBoolean()) {
				return Optional.empty();
			}
		}
	}

	private void awaitRelease(String owner, Consumer<Lease> waiting, Retry retry) {
		Optional<Lease> holder = this.store.blocking();
		do {
			holder.ifPresent(waiting);
			if (retry.isOver()) {
				throw timeout(holder);
			}
			retry.pause(pause());
			holder = this.store.blocking();
		}
		while (holder.isPresent() && !holder.get().owner().equals(owner));
	}

	private LockTimeoutException timeout(Optional<Lease> holder) {
		String reason = holder.map((lease) -> "held by " + lease)
			.or(this.store::obstacle)
			.orElse("another one was quicker each time");
		return new LockTimeoutException(
				"Failed to lock '%s' within %s: %s".formatted(this.name, text(this.options.waitLimit()), reason),
				holder.isPresent());
	}

	private Lease held(Lease acquired, long before) {
		this.deadline = before + this.options.lease().toNanos();
		this.lease = acquired;
		Thread thread = new Thread(this::renewUntilClosed, "db-init-lease-" + this.name);
		thread.setDaemon(true);
		this.renewal = thread;
		thread.start();
		return acquired;
	}

	/**
	 * Publish the current activity, in one write that fails if the lease is lost.
	 * @param activity the current activity
	 * @throws LeaseLostException if the lease is lost
	 */
	public void activity(String activity) {
		check();
		this.activity = activity;
		renew();
		check();
	}

	/**
	 * Check that the lease still holds, without asking the database.
	 * @throws LeaseLostException if the lease is lost
	 */
	public void check() {
		if (this.lost == null && System.nanoTime() - this.deadline >= 0) {
			lose("it ran out before it could be renewed", null);
		}
		LeaseLostException lost = this.lost;
		if (lost != null) {
			throw lost;
		}
	}

	private void renewUntilClosed() {
		Duration pause = this.options.renewal();
		while (this.lost == null && this.lease != null) {
			try {
				TimeUnit.NANOSECONDS.sleep(pause.toNanos());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
			pause = renew() ? this.options.renewal() : this.options.renewal().dividedBy(5);
		}
	}

	private boolean renew() {
		this.renewing.lock();
		try {
			Lease lease = this.lease;
			return lease != null && this.lost == null && renew(lease);
		}
		finally {
			this.renewing.unlock();
		}
	}

	private boolean renew(Lease lease) {
		long before = System.nanoTime();
		try {
			if (!this.store.renew(lease, this.options.lease(), this.activity)) {
				lose("the database gave it to another owner: " + currentHolder(), null);
				return false;
			}
			this.deadline = before + this.options.lease().toNanos();
			return true;
		}
		catch (RuntimeException ex) {
			if (System.nanoTime() - this.deadline >= 0) {
				lose("it ran out and could not be renewed", ex);
			}
			return false;
		}
	}

	private String currentHolder() {
		try {
			return this.store.current().map(Lease::toString).orElse("it is free now");
		}
		catch (RuntimeException ex) {
			return "its holder is not known, as the database does not answer";
		}
	}

	private synchronized void lose(String how, @Nullable Throwable cause) {
		if (this.lost == null && this.lease != null) {
			this.lost = new LeaseLostException("Lost the lock of '%s': %s".formatted(this.name, how), cause);
			this.store.abort();
		}
	}

	private static String text(Duration duration) {
		return (duration.toMillisPart() == 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	private Duration pause() {
		long nanos = this.options.poll().toNanos();
		return Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
	}

	/**
	 * Stop the renewal, give the lease back if it still holds, and close the store.
	 */
	@Override
	public void close() {
		Lease held = this.lease;
		this.lease = null;
		if (this.renewal != null) {
			this.renewal.interrupt();
		}
		this.renewing.lock();
		try (this.store) {
			if (held != null && this.lost == null) {
				this.store.release(held);
			}
		}
		finally {
			this.renewing.unlock();
		}
	}

}
