package io.dbinit;

import java.util.List;
import java.util.stream.Collectors;

import io.dbinit.lock.Lease;
import io.dbinit.lock.Lock;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Drops the data of databases, so that they are set up as empty ones. Allowed in
 * development and tests only, and only for a database whose own stamp says so.
 * <ol>
 * <li>Every database is checked before the first one is touched.</li>
 * <li>Under the lock, the records of what is complete are deleted first: a process that
 * dies afterwards leaves a database that is not complete.</li>
 * <li>The ledgers of tools are dropped before the things that they tell of, so that a
 * tool never finds its migrations recorded and their effect gone.</li>
 * </ol>
 */
final class Reset {

	private static final Log logger = LogFactory.getLog(Reset.class);

	private final Plan plan;

	private final InitializerOptions options;

	Reset(Plan plan, InitializerOptions options) {
		this.plan = plan;
		this.options = options;
	}

	/**
	 * Drop the data of every database of the plan.
	 * @throws InitializationException if that is not allowed for one of them
	 */
	void perform() {
		List<Database> databases = this.plan.databases();
		databases.forEach(this::requireAllowed);
		databases.forEach(this::drop);
	}

	private void requireAllowed(Database database) {
		Environment environment = this.plan.environment();
		String stamp = database.look(this.options.waiting().attempt(), this.plan.application(), List.of())
			.environment();
		if (environment.isProduction() || stamp == null || !environment.matches(stamp)) {
			throw new NotAllowedException(
					"'%s' must not be reset: the environment of this process is '%s', and the database %s"
						.formatted(database.name(), environment.name(), describe(stamp)),
					"A database is reset only where both are the same development or test environment. Nothing was changed.");
		}
	}

	private static String describe(@Nullable String stamp) {
		return (stamp != null) ? "holds the data of '" + stamp + "'" : "has no stamp of an environment";
	}

	private void drop(Database database) {
		SessionLeaseStore leases = database.leases();
		try (Lock lock = new Lock(database.name(), leases, this.options.lock())) {
			Lease lease = lock.acquire(GroupRun.owner(this.options), (holder) -> {
			});
			try (DatabaseSession session = leases.open(lease)) {
				Journal journal = session.journal(this.plan.application());
				requireAlone(database, journal.otherApplications());
				journal.forget();
				lock.check();
				List<String> dropped = session.dropAll(this.plan.ledgers(database));
				logger.info("Dropped the data of '%s': %s".formatted(database.name(),
						dropped.stream().limit(20).collect(Collectors.joining(", "))));
			}
		}
	}

	private static void requireAlone(Database database, List<String> others) {
		if (!others.isEmpty()) {
			throw new NotAllowedException(
					"'%s' must not be reset, as it also holds the data of '%s'".formatted(database.name(),
							String.join("', '", others)),
					"Drop the data of this application alone. Nothing was changed.");
		}
	}

}
