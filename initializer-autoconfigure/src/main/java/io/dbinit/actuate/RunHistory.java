package io.dbinit.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.dbinit.Report.DatabaseReport;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.State;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest runs from databases that may be down. Each read has a separate thread,
 * with at most one read at a time for a database, and a timeout for the caller.
 */
final class RunHistory {

	private final Function<String, List<RunReport>> source;

	private final Duration timeout;

	private final Map<String, CompletableFuture<List<RunReport>>> reads = new ConcurrentHashMap<>();

	RunHistory(Function<String, List<RunReport>> source, Duration timeout) {
		this.source = source;
		this.timeout = timeout;
	}

	/**
	 * Begin to read the runs of a database.
	 * @param database the database
	 * @return the runs, or the reason for which they are not known; never fails
	 */
	CompletableFuture<Runs> read(DatabaseReport database) {
		if (database.state() == State.PENDING || database.state() == State.WAITING) {
			return CompletableFuture.completedFuture(Runs.unknown("it has not answered yet"));
		}
		return this.reads.computeIfAbsent(database.name(), this::start)
			.copy()
			.orTimeout(this.timeout.toNanos(), TimeUnit.NANOSECONDS)
			.handle((runs, failure) -> (failure == null) ? new Runs(runs, null) : Runs.unknown(reason(failure)));
	}

	private CompletableFuture<List<RunReport>> start(String database) {
		CompletableFuture<List<RunReport>> read = new CompletableFuture<>();
		Thread thread = new Thread(() -> read(database, read), "db-init-history-" + database);
		thread.setDaemon(true);
		thread.start();
		return read;
	}

	private void read(String database, CompletableFuture<List<RunReport>> read) {
		try {
			read.complete(this.source.apply(database));
		}
		catch (RuntimeException | LinkageError ex) {
			read.completeExceptionally(ex);
		}
		finally {
			this.reads.remove(database, read);
		}
	}

	private String reason(Throwable failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		return (cause instanceof TimeoutException) ? "it did not answer within " + this.timeout.toSeconds() + " s"
				: String.valueOf(cause.getMessage());
	}

	/**
	 * The result of a read.
	 *
	 * @param runs the runs, newest first
	 * @param error the reason for which they are not known, or {@code null}
	 */
	record Runs(List<RunReport> runs, @Nullable String error) {

		static Runs unknown(String reason) {
			return new Runs(List.of(), "The runs are not known: " + reason);
		}

	}

}
