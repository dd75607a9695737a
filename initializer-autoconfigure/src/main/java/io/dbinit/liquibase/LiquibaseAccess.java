package io.dbinit.liquibase;

import java.io.File;
import java.sql.Connection;
import java.util.Map;

import liquibase.Liquibase;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

/**
 * Access to the parts of a {@link SpringLiquibase} that its public methods do not show.
 */
interface LiquibaseAccess {

	boolean shouldRun();

	@Nullable File rollbackFile();

	@Nullable Map<String, String> parameters();

	/**
	 * Create a Liquibase object as the bean does.
	 * @param connection the connection to work on
	 * @return the object
	 * @throws Exception if the object cannot be created
	 */
	Liquibase create(Connection connection) throws Exception;

	/**
	 * Run Liquibase on the calling thread.
	 * @param changeLog the parsed changelog, and the listener to notify
	 * @return whether the changelog and the listener were used; otherwise the bean
	 * overrides the creation of its Liquibase objects
	 * @throws Exception if the run fails
	 */
	boolean run(ParsedChangeLog changeLog) throws Exception;

}
