package io.dbinit.seed;

import java.util.Set;

import io.dbinit.Environment;
import io.dbinit.StepContext;

/**
 * Data that a database must hold. A bean of this type is applied once for each
 * {@link #version() version}, in the seeding phase.
 */
public interface Seed {

	/** The environment of {@link #environments()} that stands for every environment. */
	String EVERYWHERE = Environment.ALL;

	/**
	 * Return the name of the seed.
	 * @return the id, unique in the application
	 */
	String id();

	/**
	 * Return the purpose of the seed, for the report.
	 * @return the description
	 */
	default String description() {
		return "";
	}

	/**
	 * Return the database to which the seed is applied.
	 * @return the name of a database in the plan
	 */
	String database();

	/**
	 * Return the environments in which the seed is applied: names, or
	 * {@link #EVERYWHERE}. Empty stands for every environment that has not the rules of
	 * production.
	 * @return the environments
	 */
	default Set<String> environments() {
		return Set.of();
	}

	/**
	 * Return whether a start fails if the seed does.
	 * @return whether the seed is required
	 */
	default boolean isRequired() {
		return true;
	}

	/**
	 * Return the seeds that must have been applied before this one.
	 * @return ids of seeds
	 */
	default Set<String> dependsOn() {
		return Set.of();
	}

	/**
	 * Return a text that is different whenever the seed has to be applied again.
	 * @return the version
	 */
	String version();

	/**
	 * Write the data, through the client that {@link StepContext#unwrap} returns. On a
	 * database with transactions the call is part of one, which must not be committed
	 * here; on others it must be harmless if it is repeated.
	 * @param context access to the database, the lock and the report
	 * @throws Exception if the data could not be written
	 */
	void apply(StepContext context) throws Exception;

}
