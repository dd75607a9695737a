package io.dbinit.liquibase;

import java.util.concurrent.atomic.AtomicInteger;

import liquibase.change.custom.CustomTaskChange;
import liquibase.database.Database;
import liquibase.exception.ValidationErrors;
import liquibase.resource.ResourceAccessor;

/**
 * A change that does nothing, and counts how often its changelog is parsed.
 */
public class CountingChange implements CustomTaskChange {

	static final AtomicInteger created = new AtomicInteger();

	public CountingChange() {
		created.incrementAndGet();
	}

	@Override
	public void execute(Database database) {
	}

	@Override
	public String getConfirmationMessage() {
		return "counted";
	}

	@Override
	public void setUp() {
	}

	@Override
	public void setFileOpener(ResourceAccessor resources) {
	}

	@Override
	public ValidationErrors validate(Database database) {
		return new ValidationErrors();
	}

}
