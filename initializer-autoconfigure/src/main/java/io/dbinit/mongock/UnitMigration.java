package io.dbinit.mongock;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.StepContext;
import io.mongock.api.config.MongockConfiguration;
import io.mongock.driver.api.driver.ChangeSetDependency;
import io.mongock.runner.core.executor.dependency.DependencyManagerWithContext;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Runs the change units that were found.
 */
final class UnitMigration implements Migration {

	/** By default a server ends a transaction after 60 s, and looks once a minute. */
	private static final Duration TRANSACTION_LIFETIME = Duration.ofSeconds(120);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final List<Unit> units;

	private final MongockProperties properties;

	private final ListableBeanFactory beans;

	private final Environment environment;

	UnitMigration(List<Unit> units, MongockProperties properties, ListableBeanFactory beans, Environment environment) {
		this.units = units;
		this.properties = properties;
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public void run(StepContext context) throws InterruptedException {
		long giveUp = System.nanoTime() + TRANSACTION_LIFETIME.toNanos();
		while (!run(context, System.nanoTime() - giveUp < 0)) {
			context.progress("waiting for a transaction of somebody else, which a dead process may have left");
			TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
			context.checkLock();
		}
	}

	/**
	 * Run Mongock once.
	 * @return whether it is done: otherwise nothing was committed of the unit that met a
	 * conflict
	 */
	private boolean run(StepContext context, boolean again) {
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		ChangeLog log = ChangeLog.read(database.getCollection(this.properties.getChangeLogCollection()));
		UnitRun run = new UnitRun(context, log.due(this.units), this.properties.getInDoubt());
		RuntimeException failure = null;
		try {
			runner(context, database, run, log).buildRunner().execute();
		}
		catch (RuntimeException ex) {
			failure = ex;
		}
		if (again && run.metConflict()) {
			return false;
		}
		run.end(failure);
		return true;
	}

	private UnitRunner runner(StepContext context, MongoDatabase database, UnitRun run, ChangeLog log) {
		MongoClient client = context.unwrap(MongoClient.class);
		Boolean configured = this.properties.getTransactional();
		// Mongock believes so unless it is told otherwise, and then records nothing on a
		// server that has none
		boolean transactional = (configured != null) ? configured : context.hasTransactions();
		UnitDriver driver = new UnitDriver(client, database.getName(), run, transactional);
		DependencyManagerWithContext dependencies = new DependencyManagerWithContext();
		dependencies.addDriverDependency(new ChangeSetDependency(MongoClient.class, client));
		dependencies.setContext(new BeanDependencies(context, this.beans, client, database.getName()));
		return new UnitRunner(configuration(transactional), dependencies, run, this.environment, log).setDriver(driver);
	}

	private MongockConfiguration configuration(boolean transactional) {
		MongockConfiguration configuration = new MongockConfiguration();
		configuration.setMigrationScanPackage(this.units.stream().map(Unit::className).toList());
		configuration.setMigrationRepositoryName(this.properties.getChangeLogCollection());
		configuration.setLockRepositoryName(this.properties.getLockCollection());
		configuration.setTransactional(transactional);
		return configuration;
	}

}
