package io.dbinit.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.Report.DatabaseReport;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that is up when every database is complete, out of service
 * until then, and down when the start has failed.
 */
public class DbInitHealthIndicator extends AbstractHealthIndicator {

	private final Initializer initializer;

	/**
	 * Create an indicator.
	 * @param initializer the initializer whose report is judged
	 */
	public DbInitHealthIndicator(Initializer initializer) {
		super("Health of the initializer could not be told");
		this.initializer = initializer;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Report report = this.initializer.report();
		switch (report.state()) {
			case COMPLETE -> builder.up();
			case FAILED -> builder.down();
			case PENDING, WAITING, LOCKING, RUNNING, PLANNED -> builder.outOfService();
		}
		builder.withDetail("state", report.state());
		Map<String, Object> databases = new LinkedHashMap<>();
		for (DatabaseReport database : report.databases()) {
			databases.put(database.name(), details(database));
		}
		builder.withDetail("databases", databases);
		if (report.state() == Report.State.FAILED && report.message() != null) {
			builder.withDetail("error", report.message());
		}
	}

	private static Map<String, Object> details(DatabaseReport database) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", database.state());
		if (database.waitingFor() != null) {
			details.put("waitingFor", database.waitingFor());
		}
		if (!database.limitations().isEmpty()) {
			details.put("limitations", database.limitations());
		}
		return details;
	}

}
