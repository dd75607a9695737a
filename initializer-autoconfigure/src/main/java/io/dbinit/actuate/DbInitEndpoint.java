package io.dbinit.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Endpoint that shows what the initializer is doing, or has done, and the runs that its
 * databases remember. Over HTTP its path is {@code db-init}.
 */
@Endpoint(id = "dbinit")
public class DbInitEndpoint {

	private static final int RUNS = 10;

	private final Initializer initializer;

	private final RunHistory history;

	/**
	 * Create an endpoint.
	 * @param initializer the initializer to show
	 */
	public DbInitEndpoint(Initializer initializer) {
		this.initializer = initializer;
		this.history = new RunHistory((database) -> initializer.history(database, RUNS), Duration.ofSeconds(5));
	}

	/**
	 * Show every database.
	 * @return the report
	 */
	@ReadOperation
	public DbInitDescriptor report() {
		Report report = this.initializer.report();
		List<CompletableFuture<DatabaseDescriptor>> databases = report.databases()
			.stream()
			.map(this::describe)
			.toList();
		return DbInitDescriptor.of(report, databases.stream().map(CompletableFuture::join).toList());
	}

	/**
	 * Show one database.
	 * @param database its name
	 * @return the database, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable DatabaseDescriptor database(@Selector String database) {
		return this.initializer.report()
			.databases()
			.stream()
			.filter((candidate) -> candidate.name().equals(database))
			.findFirst()
			.map((found) -> describe(found).join())
			.orElse(null);
	}

	private CompletableFuture<DatabaseDescriptor> describe(DatabaseReport database) {
		return this.history.read(database)
			.thenApply((runs) -> DatabaseDescriptor.of(database, runs.runs(), runs.error()));
	}

}
