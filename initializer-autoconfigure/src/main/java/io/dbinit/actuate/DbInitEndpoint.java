package io.dbinit.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Endpoint that shows the progress or the outcome of the initializer, and the runs that
 * its databases remember. Over HTTP its path is {@code db-init}. Server versions, hosts,
 * processes and errors are replaced unless values are shown.
 */
@Endpoint(id = "dbinit")
public class DbInitEndpoint {

	private static final int RUNS = 10;

	private final Initializer initializer;

	private final RunHistory history;

	private Show showValues = Show.NEVER;

	/**
	 * Create an endpoint.
	 * @param initializer the initializer to show
	 */
	public DbInitEndpoint(Initializer initializer) {
		this.initializer = initializer;
		this.history = new RunHistory((database) -> initializer.history(database, RUNS), Duration.ofSeconds(5));
	}

	void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	/**
	 * Show every database.
	 * @return the report
	 */
	@ReadOperation(producesFrom = DbInitFormat.class)
	public DbInitDescriptor report() {
		return report(this.showValues.isShown(true));
	}

	DbInitDescriptor report(boolean showValues) {
		Report report = this.initializer.report();
		List<CompletableFuture<DatabaseDescriptor>> databases = report.databases()
			.stream()
			.map(this::describe)
			.toList();
		DbInitDescriptor descriptor = DbInitDescriptor.of(report,
				databases.stream().map(CompletableFuture::join).toList());
		return showValues ? descriptor : descriptor.sanitized();
	}

	/**
	 * Show one database.
	 * @param database its name
	 * @return the database, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable DatabaseDescriptor database(@Selector String database) {
		return database(database, this.showValues.isShown(true));
	}

	@Nullable DatabaseDescriptor database(String database, boolean showValues) {
		return this.initializer.report()
			.databases()
			.stream()
			.filter((candidate) -> candidate.name().equals(database))
			.findFirst()
			.map((found) -> describe(found).join())
			.map((found) -> showValues ? found : found.sanitized())
			.orElse(null);
	}

	private CompletableFuture<DatabaseDescriptor> describe(DatabaseReport database) {
		return this.history.read(database)
			.thenApply((runs) -> DatabaseDescriptor.of(database, runs.runs(), runs.error()));
	}

}
