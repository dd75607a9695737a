package io.dbinit.benchmark.app;

import com.mongodb.client.MongoClient;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.runner.springboot.MongockSpringboot;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.context.ApplicationContext;

/**
 * Mongock's own runner for Spring Boot, with the application's client.
 */
class MongockWork implements Work {

	private final ObjectProvider<MongoClient> client;

	private final ApplicationContext context;

	private final String database;

	private final boolean transactional;

	MongockWork(ObjectProvider<MongoClient> client, ApplicationContext context, String database,
			boolean transactional) {
		this.client = client;
		this.context = context;
		this.database = database;
		this.transactional = transactional;
	}

	@Override
	public void begin() throws Exception {
		repeat();
	}

	@Override
	public void repeat() throws Exception {
		MongoSync4Driver driver = MongoSync4Driver.withDefaultLock(this.client.getObject(), this.database);
		MongockSpringboot.builder()
			.setDriver(driver)
			.addMigrationScanPackage(ChangeUnits.PACKAGE)
			.setTransactional(this.transactional)
			.setEventPublisher(this.context)
			.setSpringContext(this.context)
			.buildApplicationRunner()
			.run(new DefaultApplicationArguments());
	}

}
