package io.dbinit.autoconfigure;

import java.util.List;

import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.DatabasesProperties.NamedDatabase;
import io.dbinit.definition.MissingDatabase;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Requires every database for which something is configured to be in the plan, also where
 * the feature that would add it is not active.
 */
final class DeclaredDatabases {

	private static final List<String> SQL = List.of("jdbc", "liquibase");

	private static final List<String> MONGODB = List.of("mongodb", "mongock");

	private final DatabasesProperties databases;

	private final ListableBeanFactory beans;

	private final Environment environment;

	DeclaredDatabases(DatabasesProperties databases, ListableBeanFactory beans, Environment environment) {
		this.databases = databases;
		this.beans = beans;
		this.environment = environment;
	}

	/**
	 * Check the databases that are named, before any of them is created.
	 * @throws InitializationException if one has not exactly one client, or properties of
	 * the other kind of databases
	 */
	void validate() {
		this.databases.getDatabases().forEach((name, database) -> {
			boolean sql = database.getDataSource() != null;
			if (sql == (database.getMongoClient() != null)) {
				throw new InitializationException(
						"'db-init.databases.%s' must have either 'data-source' or 'mongo-client'".formatted(name),
						"Name the bean that is its data source, or the one that is its MongoDB client. Nothing was changed.",
						null);
			}
			MONGODB.forEach((feature) -> require(!sql || !isSet(name, feature), name, feature, "mongo-client"));
			SQL.forEach((feature) -> require(sql || !isSet(name, feature), name, feature, "data-source"));
			require(!sql || database.getLocations().isEmpty(), name, "locations", "mongo-client");
			require(!sql || database.getMongockPackages().isEmpty(), name, "mongock-packages", "mongo-client");
			require(sql || database.getVerifyTables().isEmpty(), name, "verify-tables", "data-source");
		});
	}

	private boolean isSet(String database, String feature) {
		return Binder.get(this.environment)
			.bind(DatabasesProperties.prefix(database, feature, this.environment),
					Bindable.mapOf(String.class, Object.class))
			.isBound();
	}

	private static void require(boolean valid, String database, String property, String client) {
		if (!valid) {
			throw new InitializationException(
					"'db-init.databases.%s' has '%s', but no '%s'".formatted(database, property, client),
					"Move '%s' to a database that has one. Nothing was changed.".formatted(property), null);
		}
	}

	/**
	 * Check a plan.
	 * @param plan the plan, with the databases and steps of all features
	 * @throws InitializationException if a database is missing
	 */
	void requireIn(Plan.Builder plan) {
		this.databases.getDatabases().forEach((name, database) -> requireIn(plan, name, database));
		List<String> tables = new PropertyReader(this.environment).readList("db-init.jdbc.verify.tables");
		if (!tables.isEmpty() && isEnabled("db-init.jdbc") && plan.database("jdbc").isEmpty()) {
			throw MissingDatabase.of("'db-init.jdbc.verify.tables'", "jdbc", this.beans);
		}
	}

	private void requireIn(Plan.Builder plan, String name, NamedDatabase database) {
		boolean sql = database.getDataSource() != null;
		String feature = sql ? "jdbc" : "mongodb";
		if (isEnabled(DatabasesProperties.prefix(name, feature, this.environment)) && plan.database(name).isEmpty()) {
			throw new InitializationException(
					"'db-init.databases.%s' is not supported, as %s is not on the class path".formatted(name,
							sql ? "Spring's JDBC support" : "the MongoDB driver"),
					"Add the dependency '%s', or remove the database. Nothing was changed."
						.formatted(sql ? "spring-boot-starter-jdbc" : "spring-boot-starter-mongodb"),
					null);
		}
	}

	private boolean isEnabled(String prefix) {
		return new PropertyReader(this.environment).read(prefix + ".enabled", Boolean.class, true);
	}

}
