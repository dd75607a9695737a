package io.dbinit.mongock.units.waiting;

import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * A change unit.
 */
@ChangeUnit(id = "uses-repository", order = "1", author = "test")
public class UsesRepository {

	@Execution
	public void apply(Repository repository) {
		repository.template.getDb();
	}

	@RollbackExecution
	public void undo() {
	}

	/**
	 * A bean that waits for the databases.
	 */
	public static class Repository {

		private final MongoTemplate template;

		public Repository(MongoTemplate template) {
			this.template = template;
		}

	}

}
