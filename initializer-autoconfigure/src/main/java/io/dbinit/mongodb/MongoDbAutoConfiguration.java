package io.dbinit.mongodb;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.connection.ClusterSettings;
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
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

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
			ObjectProvider<MongoConnectionDetails> connection, Environment environment) {
		MongoConnectionDetails details = connection.getIfAvailable();
		String database = environment.getProperty("spring.mongodb.database");
		if (database == null && details != null) {
			database = details.getConnectionString().getDatabase();
		}
		return new MongoDbDatabase(NAME, client, settings(client, settings.getIfAvailable(), customizers),
				(database != null) ? database : "test");
	}

	/**
	 * The application may have defined a client of its own beside Spring Boot's settings.
	 */
	private static @Nullable MongoClientSettings settings(MongoClient client, @Nullable MongoClientSettings settings,
			ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers) {
		if (settings == null) {
			return null;
		}
		MongoClientSettings.Builder builder = MongoClientSettings.builder(settings);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		MongoClientSettings customized = builder.build();
		return areOf(client, customized) ? customized : null;
	}

	private static boolean areOf(MongoClient client, MongoClientSettings settings) {
		ClusterSettings ofClient = client.getClusterDescription().getClusterSettings();
		ClusterSettings ofSettings = settings.getClusterSettings();
		return ofClient.getHosts().equals(ofSettings.getHosts())
				&& Optional.ofNullable(ofClient.getSrvHost()).equals(Optional.ofNullable(ofSettings.getSrvHost()));
	}

	@Bean
	@Order(0)
	@ConditionalOnBean(MongoDbDatabase.class)
	PlanCustomizer dbInitMongoDatabase(MongoDbDatabase store) {
		return (plan) -> plan.database(store);
	}

	@Bean
	@Order(200)
	@ConditionalOnBean(MongoDbDatabase.class)
	PlanCustomizer dbInitMongoStructure(MongoDbDatabase store, MongoDbProperties properties, Environment environment,
			ResourceLoader resources) {
		List<String> locations = (properties.locations() != null) ? properties.locations()
				: List.of(MongoDbProperties.DEFAULT_LOCATION);
		Structure structure = structure(MongoDbProperties.PREFIX, locations, environment, resources);
		return (plan) -> add(plan, store.name(), structure, properties.onIndexConflict());
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
				plan.database(store(name, database, beanFactory));
				Structure structure = structure(DatabasesProperties.prefix(name, "mongodb", environment), Stream
					.of(database.getLocations(), Objects.requireNonNullElse(properties.locations(), List.<String>of()))
					.flatMap(List::stream)
					.distinct()
					.toList(), environment, resources);
				add(plan, name, structure, properties.onIndexConflict());
			}
		});
	}

	private static MongoDbDatabase store(String name, NamedDatabase database, ListableBeanFactory beanFactory) {
		MongoClient client = DatabasesProperties.bean(name, "mongo-client",
				Objects.requireNonNull(database.getMongoClient()), MongoClient.class, beanFactory);
		return new MongoDbDatabase(name, client, settings(name, client, database.getMongoClientSettings(), beanFactory),
				Objects.requireNonNullElse(database.getMongoDatabase(), name));
	}

	private static @Nullable MongoClientSettings settings(String name, MongoClient client, @Nullable String bean,
			ListableBeanFactory beanFactory) {
		if (bean == null) {
			return null;
		}
		MongoClientSettings settings = DatabasesProperties.bean(name, "mongo-client-settings", bean,
				MongoClientSettings.class, beanFactory);
		if (!areOf(client, settings)) {
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
