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
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Works on several databases at the same time, each on a thread of its own, while the
 * calling thread waits. What only that thread can do it does meanwhile: it may hold locks
 * that others would wait for in vain, as Spring's does while it creates beans.
 */
final class SideBySide {

	private final Thread caller = Thread.currentThread();

	private final BlockingQueue<Runnable> errands = new LinkedBlockingQueue<>();

	/**
	 * Do something for each database, and wait for all: a failure of one does not
	 * interrupt what another does.
	 * @param <T> what stands for a database
	 * @param runs the databases
	 * @param name returns the name of each
	 * @param action what to do
	 */
	<T> void each(List<T> runs, Function<T, String> name, Consumer<T> action) {
		if (runs.size() == 1) {
			action.accept(runs.get(0));
			return;
		}
		List<CompletableFuture<Void>> futures = runs.stream().map((run) -> {
			Executor executor = (task) -> new Thread(task, "db-init-" + name.apply(run)).start();
			return CompletableFuture.runAsync(() -> action.accept(run), executor);
		}).toList();
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
	 * Do something on the calling thread, and wait for it.
	 * @param <T> the type of the result
	 * @param errand what to do
	 * @return its result
	 * @throws Exception what it throws
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
