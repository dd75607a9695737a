package io.dbinit.mongock;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.ToolContext;
import io.mongock.api.config.MongockConfiguration;
import io.mongock.driver.api.driver.ChangeSetDependency;
import io.mongock.runner.core.executor.dependency.DependencyManagerWithContext;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Runs the change units that the scanner has found.
 */
final class ScannedMigration implements Migration {

	private final List<ChangeUnitDefinition> units;

	private final MongockProperties properties;

	private final ListableBeanFactory beans;

	private final Environment environment;

	ScannedMigration(List<ChangeUnitDefinition> units, MongockProperties properties, ListableBeanFactory beans,
			Environment environment) {
		this.units = units;
		this.properties = properties;
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public void run(ToolContext context) throws Exception {
		AtomicReference<MigrationExecution> last = new AtomicReference<>();
		context.retry(() -> {
			MigrationExecution run = attempt(context);
			last.set(run);
			if (run.metConflict()) {
				// Nothing of the unit was committed
				run.end();
			}
		});
		Objects.requireNonNull(last.get()).end();
	}

	private MigrationExecution attempt(ToolContext context) {
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		ChangeLog log = ChangeLog.read(database.getCollection(this.properties.getChangeLogCollection()));
		MigrationExecution run = new MigrationExecution(context, log.due(this.units), this.properties.getInDoubt());
		try {
			runner(context, database, run, log).buildRunner().execute();
		}
		catch (RuntimeException ex) {
			run.failed(ex);
		}
		return run;
	}

	private MongockRunnerBuilder runner(ToolContext context, MongoDatabase database, MigrationExecution run,
			ChangeLog log) {
		MongoClient client = context.unwrap(MongoClient.class);
		Boolean configured = this.properties.getTransactional();
		// By default Mongock assumes transactions, and records nothing on a server
		// without them
		boolean transactional = (configured != null) ? configured : context.hasTransactions();
		GuardedDriver driver = new GuardedDriver(client, database.getName(), run, transactional);
		DependencyManagerWithContext dependencies = new DependencyManagerWithContext();
		dependencies.addDriverDependency(new ChangeSetDependency(MongoClient.class, client));
		dependencies.setContext(new BeanDependencies(context, this.beans, client, database.getName()));
		return new MongockRunnerBuilder(configuration(transactional), dependencies, run, this.environment, log)
			.setDriver(driver);
	}

	private MongockConfiguration configuration(boolean transactional) {
		MongockConfiguration configuration = new MongockConfiguration();
		configuration.setMigrationScanPackage(this.units.stream().map(ChangeUnitDefinition::className).toList());
		configuration.setMigrationRepositoryName(this.properties.getChangeLogCollection());
		configuration.setLockRepositoryName(this.properties.getLockCollection());
		configuration.setTransactional(transactional);
		return configuration;
	}

}
