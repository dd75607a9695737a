package io.dbinit;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Works on several databases at the same time, on a bounded number of threads, while the
 * calling thread waits. Meanwhile that thread runs the tasks that are handed to it: it
 * may hold locks that another thread would wait for in vain, as Spring's does while it
 * creates beans.
 */
final class DatabaseExecutor {

	private final Thread caller = Thread.currentThread();

	private final BlockingQueue<Runnable> errands = new LinkedBlockingQueue<>();

	private final int concurrency;

	DatabaseExecutor(int concurrency) {
		this.concurrency = concurrency;
	}

	/**
	 * Do something for each database, and wait for all: a failure of one does not
	 * interrupt the others.
	 * @param <T> the type that represents a database
	 * @param databases the databases
	 * @param name returns the name of each
	 * @param action the work
	 */
	<T> void each(List<T> databases, Function<T, String> name, Consumer<T> action) {
		if (databases.size() == 1) {
			action.accept(databases.get(0));
			return;
		}
		if (databases.isEmpty()) {
			return;
		}
		int threads = Math.min(this.concurrency, databases.size());
		ThreadPoolExecutor executor = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>());
		try {
			each(databases, name, action, executor);
		}
		finally {
			executor.shutdown();
		}
	}

	private <T> void each(List<T> databases, Function<T, String> name, Consumer<T> action, Executor executor) {
		List<CompletableFuture<Void>> futures = databases.stream().map((database) -> CompletableFuture.runAsync(() -> {
			Thread.currentThread().setName("db-init-" + name.apply(database));
			action.accept(database);
		}, executor)).toList();
		runErrandsUntil(CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)));
		RuntimeException failure = null;
		for (CompletableFuture<Void> future : futures) {
			failure = join(future, failure);
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void runErrandsUntil(CompletableFuture<Void> end) {
		Runnable wakeUp = () -> {
		};
		end.whenComplete((result, failure) -> this.errands.add(wakeUp));
		boolean interrupted = false;
		while (!end.isDone()) {
			try {
				this.errands.take().run();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Call a task on the calling thread, and wait for its result.
	 * @param <T> the type of the result
	 * @param errand the task
	 * @return its result
	 * @throws Exception if the task fails
	 */
	<T> T onCaller(Callable<T> errand) throws Exception {
		if (Thread.currentThread() == this.caller) {
			return errand.call();
		}
		FutureTask<T> task = new FutureTask<>(errand);
		this.errands.add(task);
		try {
			return task.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	private static @Nullable RuntimeException join(CompletableFuture<Void> future, @Nullable RuntimeException failure) {
		try {
			future.join();
			return failure;
		}
		catch (CompletionException ex) {
			RuntimeException cause = (ex.getCause() instanceof RuntimeException known) ? known : ex;
			if (failure == null) {
				return cause;
			}
			failure.addSuppressed(cause);
			return failure;
		}
	}

}
