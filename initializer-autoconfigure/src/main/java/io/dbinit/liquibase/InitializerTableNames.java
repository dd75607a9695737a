package io.dbinit.liquibase;

import java.util.List;

import liquibase.database.Database;
import liquibase.database.LiquibaseTableNames;

/**
 * Tells Liquibase that the initializer's tables belong to the tools, like its own: they
 * are not dropped with everything else, and are no part of a generated changelog.
 * Instantiated by Liquibase.
 */
public class InitializerTableNames implements LiquibaseTableNames {

	private static final List<String> NAMES = List.of("db_init_lock", "db_init_database", "db_init_step", "db_init_run",
			"db_init_run_step", "db_init_change", "db_init_application", "db_init_application_step", "db_init_plan",
			"db_init_plan_step", "db_init_definition");

	@Override
	public List<String> getLiquibaseGeneratedTableNames(Database database) {
		return NAMES;
	}

	@Override
	public void destroy(Database database) {
		// They outlive a database that is dropped and made anew
	}

	@Override
	public int getOrder() {
		// Orders that are equal exclude each other, and Liquibase's own is the last
		return Integer.MAX_VALUE - 1;
	}

}
