package io.dbinit.testing;

import java.sql.Connection;
import java.sql.Statement;

import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;

/**
 * A step that does what a test says.
 */
public class TestStep implements Step {

	private final String name;

	private final Phase phase;

	private final boolean repeatable;

	private final Work work;

	public TestStep(String name, Phase phase, Work work) {
		this(name, phase, true, work);
	}

	private TestStep(String name, Phase phase, boolean repeatable, Work work) {
		this.name = name;
		this.phase = phase;
		this.repeatable = repeatable;
		this.work = work;
	}

	/**
	 * Create a step that is not repeatable.
	 */
	public static TestStep once(String name, Phase phase, Work work) {
		return new TestStep(name, phase, false, work);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Phase phase() {
		return this.phase;
	}

	@Override
	public String fingerprint() {
		return "1";
	}

	@Override
	public boolean isRepeatable() {
		return this.repeatable;
	}

	@Override
	public void run(StepContext context) throws Exception {
		this.work.run(context);
	}

	/**
	 * What is done with a database.
	 */
	@FunctionalInterface
	public interface Work {

		void run(StepContext context) throws Exception;

		/**
		 * Return the work of executing a statement.
		 */
		static Work sql(String sql) {
			return (context) -> {
				try (Statement statement = context.unwrap(Connection.class).createStatement()) {
					statement.execute(sql);
				}
			};
		}

	}

}
