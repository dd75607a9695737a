package io.dbinit.mongodb;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import com.mongodb.client.MongoDatabase;
import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds the name of the database that the application uses: that of its
 * {@link MongoDatabaseFactory}, of its {@link MongoDatabase}, or else the configured one.
 */
final class ApplicationDatabase {

	private static final String DEFAULT_NAME = "test";

	private final ListableBeanFactory beans;

	private final @Nullable String configured;

	/**
	 * Create an instance.
	 * @param beans the beans of the application
	 * @param environment the properties of the application
	 * @param connection the database of the connection string, or {@code null}
	 */
	ApplicationDatabase(ListableBeanFactory beans, Environment environment, @Nullable String connection) {
		this.beans = beans;
		String property = environment.getProperty("spring.mongodb.database");
		this.configured = (property != null) ? property : connection;
	}

	String name() {
		String name = null;
		if (ClassUtils.isPresent("org.springframework.data.mongodb.MongoDatabaseFactory", null)) {
			name = ofFactory();
		}
		if (name == null) {
			name = nameOf(MongoDatabase.class, MongoDatabase::getName);
		}
		return Objects.requireNonNullElse((name != null) ? name : this.configured, DEFAULT_NAME);
	}

	private @Nullable String ofFactory() {
		return nameOf(MongoDatabaseFactory.class, (factory) -> factory.getMongoDatabase().getName());
	}

	private <T> @Nullable String nameOf(Class<T> type, Function<T, @Nullable String> name) {
		ObjectProvider<T> candidates = this.beans.getBeanProvider(type);
		T unique = candidates.getIfUnique();
		if (unique != null) {
			return name.apply(unique);
		}
		Map<String, String> names = new TreeMap<>();
		Arrays.stream(this.beans.getBeanNamesForType(type))
			.forEach((bean) -> names.put(bean, String.valueOf(name.apply(this.beans.getBean(bean, type)))));
		Set<String> different = new TreeSet<>(names.values());
		if (different.size() <= 1) {
			return different.stream().findFirst().orElse(null);
		}
		if (this.configured != null && different.contains(this.configured)) {
			return this.configured;
		}
		throw new InitializationException(
				"The application has several beans of type %s for different databases: %s"
					.formatted(ClassUtils.getShortName(type), names),
				"Annotate one of them with '@Primary', or name the one to initialize with 'spring.mongodb.database'. No database was touched.",
				null);
	}

}
