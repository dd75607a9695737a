package io.dbinit.definition;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Explains why a primary database is not in the plan although something is defined for
 * it.
 */
public final class MissingDatabase {

	private static final Map<String, Kind> KINDS = Map.of("jdbc",
			new Kind("data source", "javax.sql.DataSource", "data-source", "'spring-boot-starter-jdbc'"), "mongodb",
			new Kind("MongoDB client", "com.mongodb.client.MongoClient", "mongo-client",
					"'spring-boot-starter-mongodb'"));

	private MissingDatabase() {
	}

	/**
	 * Return the error of a definition whose database is not in the plan.
	 * @param definition the definition and its place, as the subject of a sentence
	 * @param database the name of the database
	 * @param beans the clients of the application
	 * @return the exception to throw, or {@code null} if the database is not a primary
	 * one
	 */
	public static @Nullable InitializationException of(String definition, String database, ListableBeanFactory beans) {
		Kind kind = KINDS.get(database);
		if (kind == null) {
			return null;
		}
		if (kind.isReactiveOnly()) {
			return new InitializationException(
					"%s is for the database '%s', which is not there: the application has the reactive driver only"
						.formatted(definition, database),
					"Add the dependency 'org.mongodb:mongodb-driver-sync', with which the database is initialized: the application goes on with the reactive one. No database was touched.",
					null);
		}
		List<String> clients = kind.clients(beans);
		String problem = clients.isEmpty() ? "there is no " + kind.name()
				: (clients.size() == 1)
						? "'db-init.%s.enabled' is 'false', or its support is not on the class path".formatted(database)
						: "there are %d %ss and none of them is primary: %s".formatted(clients.size(), kind.name(),
								clients.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", ")));
		String action = clients.isEmpty()
				? "Define a %s, with %s and its properties, or remove the definition.".formatted(kind.name(),
						kind.dependency())
				: (clients.size() == 1) ? "Enable it, add %s, or remove the definition.".formatted(kind.dependency())
						: "Annotate one of them with '@Primary', or name the %s with 'db-init.databases.<name>.%s' and move the definition to that database."
							.formatted(kind.name(), kind.property());
		return new InitializationException(
				"%s is for the database '%s', which is not there: %s".formatted(definition, database, problem),
				action + " No database was touched.", null);
	}

	/**
	 * Kind of a primary database.
	 *
	 * @param name the words for its client
	 * @param type the name of the type of its client, which is optional
	 * @param property the property that names the client of another database
	 * @param dependency the dependency that provides a client
	 */
	private record Kind(String name, String type, String property, String dependency) {

		/**
		 * Return whether there is a driver, but none with which work is done.
		 */
		boolean isReactiveOnly() {
			return ClassUtils.isPresent("com.mongodb.reactivestreams.client.MongoClient", null)
					&& !ClassUtils.isPresent(this.type, null);
		}

		List<String> clients(ListableBeanFactory beans) {
			try {
				return Stream.of(beans.getBeanNamesForType(ClassUtils.forName(this.type, null), true, false)).toList();
			}
			catch (ClassNotFoundException | LinkageError ex) {
				return List.of();
			}
		}

	}

}
