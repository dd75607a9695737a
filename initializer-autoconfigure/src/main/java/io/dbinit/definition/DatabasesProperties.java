package io.dbinit.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Databases beside the primary ones. Each has its client, and below its name the same
 * properties of the features as the primary ones have below {@code db-init}.
 */
@ConfigurationProperties("db-init")
public class DatabasesProperties {

	/**
	 * Databases beside the primary ones, by the name under which they are reported.
	 */
	private final Map<String, NamedDatabase> databases = new LinkedHashMap<>();

	public Map<String, NamedDatabase> getDatabases() {
		return this.databases;
	}

	/**
	 * Return the properties that a feature has for a database.
	 * @param <T> the type of the properties
	 * @param database the name of the database
	 * @param feature the name of the feature, like {@code mongock}
	 * @param target the type of the properties, or an instance to bind to
	 * @param environment all properties
	 * @return the properties
	 */
	public static <T> T of(String database, String feature, Bindable<T> target, Environment environment) {
		Binder binder = Binder.get(environment);
		Supplier<T> existing = target.getValue();
		return (existing != null) ? binder.bind(prefix(database, feature, environment), target).orElseGet(existing)
				: binder.bindOrCreate(prefix(database, feature, environment), target);
	}

	/**
	 * Return the prefix of the properties that a feature has for a database.
	 * @param database the name of the database, as it is a key of {@link #getDatabases()}
	 * @param feature the name of the feature
	 * @param environment all properties
	 * @return the prefix, like {@code db-init.databases.orders.mongock}
	 */
	public static String prefix(String database, String feature, Environment environment) {
		ConfigurationPropertyName databases = ConfigurationPropertyName.of("db-init.databases");
		ConfigurationPropertyName bracketed = databases.append("[" + database + "]");
		boolean plain = database.matches("[a-z0-9-]+")
				|| (database.matches("[A-Za-z0-9_-]+") && !isSet(bracketed, environment));
		return (plain ? databases.append(ConfigurationPropertyName.adapt(database, '.')) : bracketed).append(feature)
			.toString();
	}

	private static boolean isSet(ConfigurationPropertyName name, Environment environment) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable
					&& iterable.stream().anyMatch(name::isAncestorOf)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the bean that a property names.
	 * @param <T> the type of the bean
	 * @param database the name of the database
	 * @param property the name of the property, like {@code data-source}
	 * @param name the name of the bean
	 * @param type the type of the bean
	 * @param beans the beans of the application
	 * @return the bean
	 * @throws InvalidConfigurationPropertyValueException if there is no such bean
	 */
	public static <T> T bean(String database, String property, String name, Class<T> type, ListableBeanFactory beans) {
		if (!beans.containsBean(name) || !beans.isTypeMatch(name, type)) {
			throw new InvalidConfigurationPropertyValueException(
					"db-init.databases.%s.%s".formatted(database, property), name,
					"must be the name of a bean of type %s%s".formatted(type.getName(),
							NearestWord.suggest(name, List.of(beans.getBeanNamesForType(type, true, false)))));
		}
		return beans.getBean(name, type);
	}

	/**
	 * Either an SQL database with a data source, or a database of a MongoDB server with a
	 * client.
	 */
	public static class NamedDatabase {

		/**
		 * Name of the bean that is the data source of an SQL database.
		 */
		private @Nullable String dataSource;

		/**
		 * Short for {@code jdbc.verify.tables}.
		 */
		private List<String> verifyTables = new ArrayList<>();

		/**
		 * Name of the bean that is the client of a MongoDB server.
		 */
		private @Nullable String mongoClient;

		/**
		 * Name of the bean that holds the settings of that client, from which the starter
		 * creates its own clients. Without it the lock is renewed through that client
		 * itself.
		 */
		private @Nullable String mongoClientSettings;

		/**
		 * Name of the database on the MongoDB server.
		 */
		private @Nullable String mongoDatabase;

		/**
		 * Short for {@code mongodb.locations}.
		 */
		private List<String> locations = new ArrayList<>();

		/**
		 * Short for {@code mongock.packages}.
		 */
		private List<String> mongockPackages = new ArrayList<>();

		public @Nullable String getDataSource() {
			return this.dataSource;
		}

		public void setDataSource(@Nullable String dataSource) {
			this.dataSource = dataSource;
		}

		public List<String> getVerifyTables() {
			return this.verifyTables;
		}

		public void setVerifyTables(List<String> verifyTables) {
			this.verifyTables = verifyTables;
		}

		public @Nullable String getMongoClient() {
			return this.mongoClient;
		}

		public void setMongoClient(@Nullable String mongoClient) {
			this.mongoClient = mongoClient;
		}

		public @Nullable String getMongoClientSettings() {
			return this.mongoClientSettings;
		}

		public void setMongoClientSettings(@Nullable String mongoClientSettings) {
			this.mongoClientSettings = mongoClientSettings;
		}

		public @Nullable String getMongoDatabase() {
			return this.mongoDatabase;
		}

		public void setMongoDatabase(@Nullable String mongoDatabase) {
			this.mongoDatabase = mongoDatabase;
		}

		public List<String> getLocations() {
			return this.locations;
		}

		public void setLocations(List<String> locations) {
			this.locations = locations;
		}

		public List<String> getMongockPackages() {
			return this.mongockPackages;
		}

		public void setMongockPackages(List<String> mongockPackages) {
			this.mongockPackages = mongockPackages;
		}

	}

}
