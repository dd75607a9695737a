package io.dbinit.mongock.units.optional;

import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

/**
 * A change unit.
 */
@ChangeUnit(id = "may-fail", order = "1", author = "test", failFast = false)
public class MayFail {

	@Execution
	public void apply() {
		throw new IllegalStateException("not today");
	}

	@RollbackExecution
	public void undo() {
	}

}
