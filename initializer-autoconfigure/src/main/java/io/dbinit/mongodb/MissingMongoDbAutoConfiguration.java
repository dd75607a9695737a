package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.DefinitionFiles;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionProperties;
import io.dbinit.definition.MissingDatabase;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration of applications without a primary MongoDB client. Fails if anything
 * is defined for its database. Does not need the MongoDB driver.
 *
 * @see MongoDbProperties
 */
@AutoConfiguration(after = MongoDbAutoConfiguration.class)
@ConditionalOnMissingBean(type = "io.dbinit.mongodb.MongoDbDatabase")
@ConditionalOnBooleanProperty(name = { "db-init.enabled", "db-init.mongodb.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties({ DatabasesProperties.class, MongoDbProperties.class })
public final class MissingMongoDbAutoConfiguration {

	@Bean
	@Order(200)
	PlanCustomizer dbInitMissingMongoDb(MongoDbProperties properties, DatabasesProperties databases,
			Environment environment, ResourceLoader resources, ListableBeanFactory beanFactory) {
		return (plan) -> {
			List<String> locations = new ArrayList<>(properties.locationsOrDefault());
			locations.removeAll(locationsOfOthers(databases, environment));
			definition(locations, environment, resources).or(() -> packages(environment)).ifPresent((definition) -> {
				throw Objects.requireNonNull(MissingDatabase.of(definition, "mongodb", beanFactory));
			});
		};
	}

	private static Set<String> locationsOfOthers(DatabasesProperties databases, Environment environment) {
		Set<String> locations = new HashSet<>();
		databases.getDatabases().forEach((name, database) -> {
			locations.addAll(database.getLocations());
			MongoDbProperties own = DatabasesProperties.of(name, "mongodb", Bindable.of(MongoDbProperties.class),
					environment);
			locations.addAll(Objects.requireNonNullElse(own.locations(), List.<String>of()));
		});
		return locations;
	}

	private static Optional<String> definition(List<String> locations, Environment environment,
			ResourceLoader resources) {
		DefinitionFiles files = new DefinitionFiles(resources, environment);
		List<DefinitionNode> collections = new ArrayList<>();
		files.read(MongoDbProperties.PREFIX + ".locations", locations, MongoDbProperties.DEFAULT_LOCATION)
			.forEach((document) -> document.get("collections")
				.filter(DefinitionNode::isMap)
				.ifPresent((node) -> collections.addAll(node.entries().values())));
		collections.addAll(new DefinitionProperties(environment).read(MongoDbProperties.COLLECTIONS).values());
		return collections.stream().findFirst().map((collection) -> "The collection at " + collection.where());
	}

	private static Optional<String> packages(Environment environment) {
		Binder binder = Binder.get(environment);
		boolean enabled = binder.bind("db-init.mongock.enabled", Boolean.class).orElse(true);
		List<String> packages = binder.bind("db-init.mongock.packages", Bindable.listOf(String.class))
			.orElseGet(List::of);
		return (enabled && !packages.isEmpty()) ? Optional.of("'db-init.mongock.packages'") : Optional.empty();
	}

}
