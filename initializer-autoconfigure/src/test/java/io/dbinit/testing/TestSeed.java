package io.dbinit.testing;

import java.util.Set;

import io.dbinit.StepContext;
import io.dbinit.seed.Seed;

/**
 * A seed that does what a test says.
 *
 * @param id the id
 * @param database the database
 * @param environments where it is applied
 * @param dependsOn the seeds before it
 * @param work what it does
 */
public record TestSeed(String id, String database, Set<String> environments, Set<String> dependsOn,
		TestStep.Work work) implements Seed {

	/**
	 * Create a seed for every environment that executes a statement.
	 */
	public static TestSeed sql(String id, String database, String sql) {
		return new TestSeed(id, database, Set.of(EVERYWHERE), Set.of(), TestStep.Work.sql(sql));
	}

	@Override
	public String version() {
		return "1";
	}

	@Override
	public void apply(StepContext context) throws Exception {
		this.work.run(context);
	}

}
