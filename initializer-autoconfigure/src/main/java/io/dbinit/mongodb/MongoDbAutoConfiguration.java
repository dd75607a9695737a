package io.dbinit.mongodb;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.DatabasesProperties.NamedDatabase;
import io.dbinit.definition.DefinitionProperties;
import io.dbinit.mongodb.MongoDbProperties.OnIndexConflict;
import io.dbinit.structure.VerifyStep;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.mongodb.core.mapping.MongoMappingContext;
import org.springframework.util.ReflectionUtils;

/**
 * Auto-configuration of the database behind the primary MongoDB client, and of its
 * structure.
 *
 * @see MongoDbProperties
 */
@AutoConfiguration(after = MongoAutoConfiguration.class)
@ConditionalOnClass({ MongoClient.class, MongoAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "db-init.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ DatabasesProperties.class, MongoDbProperties.class })
public final class MongoDbAutoConfiguration {

	private static final String NAME = "mongodb";

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "db-init.mongodb.enabled", matchIfMissing = true)
	@ConditionalOnSingleCandidate(MongoClient.class)
	MongoDbDatabase dbInitMongoDbDatabase(MongoClient client, ObjectProvider<MongoClientSettings> settings,
			ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers,
			ObjectProvider<MongoConnectionDetails> connection, ListableBeanFactory beanFactory,
			Environment environment) {
		MongoConnectionDetails details = connection.getIfAvailable();
		String database = new ApplicationDatabase(beanFactory, environment,
				(details != null) ? details.getConnectionString().getDatabase() : null)
			.name();
		MongoClientSettings known = ClientSettings.of(client);
		return new MongoDbDatabase(NAME, client,
				(known != null) ? known : settings(client, settings.getIfUnique(), customizers), database);
	}

	/**
	 * An application that defines a factory need not define a client: Spring Boot then
	 * defines none.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MongoDatabaseFactory.class)
	static class FactoryConfiguration {

		@Bean
		@ConditionalOnMissingBean({ MongoDbDatabase.class, MongoClient.class })
		@ConditionalOnBooleanProperty(name = "db-init.mongodb.enabled", matchIfMissing = true)
		@ConditionalOnSingleCandidate(MongoDatabaseFactory.class)
		MongoDbDatabase dbInitMongoDbDatabaseOfFactory(MongoDatabaseFactory factory) {
			MongoClient client = client(factory);
			if (client != null) {
				return new MongoDbDatabase(NAME, client, ClientSettings.of(client),
						factory.getMongoDatabase().getName());
			}
			throw new InitializationException(
					"The application has a MongoDatabaseFactory of type %s, which does not tell its client, and no MongoClient bean"
						.formatted(factory.getClass().getName()),
					"Define the client of the factory as a bean, or set 'db-init.mongodb.enabled' to 'false'. No database was touched.",
					null);
		}

		/**
		 * Spring Data 5.1 has a public interface for it, Spring Data 5.0 a method for
		 * subclasses.
		 */
		private static @Nullable MongoClient client(MongoDatabaseFactory factory) {
			for (String name : List.of("getMongoCluster", "getMongoClient")) {
				Method method = ReflectionUtils.findMethod(factory.getClass(), name);
				if (method != null) {
					ReflectionUtils.makeAccessible(method);
					if (ReflectionUtils.invokeMethod(method, factory) instanceof MongoClient client) {
						return client;
					}
				}
			}
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MongoMappingContext.class)
	static class EntityConfiguration {

		@Bean
		@Lazy
		EntityIndexNames dbInitEntityIndexNames(ObjectProvider<MongoMappingContext> contexts) {
			return new EntityIndexNames(contexts.orderedStream().toList());
		}

	}

	/**
	 * The settings of a client that does not tell its own. Without credentials they may
	 * be those of another client, which the application has created itself.
	 */
	private static @Nullable MongoClientSettings settings(MongoClient client, @Nullable MongoClientSettings settings,
			ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers) {
		if (settings == null) {
			return null;
		}
		MongoClientSettings.Builder builder = MongoClientSettings.builder(settings);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		MongoClientSettings customized = builder.build();
		return (customized.getCredential() != null && ClientSettings.match(client, customized)) ? customized : null;
	}

	@Bean
	@Order(0)
	@ConditionalOnBean(MongoDbDatabase.class)
	PlanCustomizer dbInitMongoDatabase(MongoDbDatabase database) {
		return (plan) -> plan.database(database);
	}

	@Bean
	@Order(200)
	@ConditionalOnBean(MongoDbDatabase.class)
	PlanCustomizer dbInitMongoStructure(MongoDbDatabase database, MongoDbProperties properties, Environment environment,
			ResourceLoader resources, ObjectProvider<EntityIndexNames> names) {
		Structure structure = structure(MongoDbProperties.PREFIX, properties.locationsOrDefault(), environment,
				resources);
		return (plan) -> {
			if (!structure.collections().isEmpty()) {
				names.ifAvailable(structure::name);
			}
			add(plan, database.name(), structure, properties.onIndexConflict());
		};
	}

	private static Structure structure(String prefix, List<String> locations, Environment environment,
			ResourceLoader resources) {
		Structure structure = new Structure(resources, environment);
		structure.load(prefix + ".locations", locations);
		structure.add(new DefinitionProperties(environment).read(prefix + ".collections"));
		return structure;
	}

	@Bean
	@Order(0)
	PlanCustomizer dbInitNamedMongoDatabases(DatabasesProperties databases, ListableBeanFactory beanFactory,
			Environment environment, ResourceLoader resources) {
		return (plan) -> databases.getDatabases().forEach((name, database) -> {
			MongoDbProperties properties = DatabasesProperties.of(name, "mongodb", Bindable.of(MongoDbProperties.class),
					environment);
			if (database.getMongoClient() != null && properties.enabled()) {
				plan.database(database(name, database, beanFactory));
				Structure structure = structure(DatabasesProperties.prefix(name, "mongodb", environment), Stream
					.of(database.getLocations(), Objects.requireNonNullElse(properties.locations(), List.<String>of()))
					.flatMap(List::stream)
					.distinct()
					.toList(), environment, resources);
				add(plan, name, structure, properties.onIndexConflict());
			}
		});
	}

	private static MongoDbDatabase database(String name, NamedDatabase named, ListableBeanFactory beanFactory) {
		MongoClient client = DatabasesProperties.bean(name, "mongo-client",
				Objects.requireNonNull(named.getMongoClient()), MongoClient.class, beanFactory);
		return new MongoDbDatabase(name, client, settings(name, client, named.getMongoClientSettings(), beanFactory),
				Objects.requireNonNullElse(named.getMongoDatabase(), name));
	}

	private static @Nullable MongoClientSettings settings(String name, MongoClient client, @Nullable String bean,
			ListableBeanFactory beanFactory) {
		if (bean == null) {
			return ClientSettings.of(client);
		}
		MongoClientSettings settings = DatabasesProperties.bean(name, "mongo-client-settings", bean,
				MongoClientSettings.class, beanFactory);
		if (!ClientSettings.match(client, settings)) {
			throw new InitializationException(
					"The 'mongo-client' of 'db-init.databases.%s' is of another server than its 'mongo-client-settings', '%s'"
						.formatted(name, bean),
					"Name the bean of which the client was made. Nothing was changed.", null);
		}
		return settings;
	}

	private static void add(Plan.Builder plan, String database, Structure structure, OnIndexConflict onIndexConflict) {
		if (!structure.collections().isEmpty()) {
			UnsupportedParts unsupported = new UnsupportedParts();
			plan.step(database, new StructureStep(structure, onIndexConflict, unsupported));
			plan.step(database,
					new VerifyStep("verify collections", List.of(new StructureCheck(structure, unsupported))));
		}
	}

}
