package io.dbinit.testing;

import java.sql.Connection;
import java.sql.Statement;

import io.dbinit.Phase;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;

/**
 * A step that does what a test says.
 */
public class TestStep implements Step {

	private final String name;

	private final Phase phase;

	private final RunPolicy runPolicy;

	private final Work work;

	private final String fingerprint;

	public TestStep(String name, Phase phase, Work work) {
		this(name, phase, RunPolicy.ALWAYS, "1", work);
	}

	private TestStep(String name, Phase phase, RunPolicy runPolicy, String fingerprint, Work work) {
		this.fingerprint = fingerprint;
		this.name = name;
		this.phase = phase;
		this.runPolicy = runPolicy;
		this.work = work;
	}

	/**
	 * Create a step that runs once for each fingerprint.
	 */
	public static TestStep once(String name, Phase phase, Work work) {
		return once(name, phase, "1", work);
	}

	/**
	 * Create a step of a fingerprint that runs once for each.
	 */
	public static TestStep once(String name, Phase phase, String fingerprint, Work work) {
		return new TestStep(name, phase, RunPolicy.ON_CHANGE, fingerprint, work);
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
		return this.fingerprint;
	}

	@Override
	public RunPolicy runPolicy() {
		return this.runPolicy;
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
