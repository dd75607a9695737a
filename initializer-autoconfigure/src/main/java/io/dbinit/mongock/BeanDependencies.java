package io.dbinit.mongock;

import java.util.Optional;
import java.util.concurrent.Callable;

import com.mongodb.client.MongoClient;
import io.dbinit.Causes;
import io.dbinit.InitializationException;
import io.dbinit.ToolContext;
import io.mongock.runner.core.executor.dependency.DependencyContext;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.mongodb.core.MongoTemplate;
import org.springframework.data.mongodb.core.SimpleMongoClientDatabaseFactory;
import org.springframework.data.mongodb.core.convert.MongoConverter;

/**
 * Gives change units the application's beans, when they ask for them.
 */
final class BeanDependencies implements DependencyContext {

	private final ToolContext context;

	private final ListableBeanFactory beans;

	private final MongoClient client;

	private final String database;

	BeanDependencies(ToolContext context, ListableBeanFactory beans, MongoClient client, String database) {
		this.context = context;
		this.beans = beans;
		this.client = client;
		this.database = database;
	}

	@Override
	public <T> Optional<T> getBean(Class<T> type) {
		if (!this.context.database().equals(MongockPlan.DATABASE) && isTemplate(type)) {
			// That of the application is for the primary database
			return Optional.of(template(type));
		}
		try {
			return Optional.ofNullable(onCallingThread(() -> this.beans.getBeanProvider(type).getIfAvailable()));
		}
		catch (BeansException ex) {
			if (isWaitingForUs(ex) && isTemplate(type)) {
				return Optional.of(template(type));
			}
			throw failure(type.getName(), ex);
		}
	}

	private <T> T template(Class<T> type) {
		return type.cast(onCallingThread(() -> Templates.create(this.client, this.database, this.beans)));
	}

	@Override
	public Optional<Object> getBean(String name) {
		try {
			return this.beans.containsBean(name) ? Optional.of(onCallingThread(() -> this.beans.getBean(name)))
					: Optional.empty();
		}
		catch (BeansException ex) {
			throw failure(name, ex);
		}
	}

	private <T extends @Nullable Object> T onCallingThread(Callable<T> question) {
		try {
			return this.context.onCallingThread(question);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("Failed to ask for a bean", ex);
		}
	}

	private static boolean isWaitingForUs(BeansException ex) {
		return Causes.find(ex, BeanCurrentlyInCreationException.class).isPresent();
	}

	private static boolean isTemplate(Class<?> type) {
		return type.getName().startsWith("org.springframework.data.mongodb.core.") && Templates.is(type);
	}

	private static RuntimeException failure(String bean, BeansException ex) {
		if (!isWaitingForUs(ex)) {
			return ex;
		}
		return new InitializationException(
				"It asks for the bean '%s', which waits for the databases to be complete".formatted(bean),
				"Set 'db-init.run-at' to 'application-runner', or let the change unit ask for MongoDatabase, "
						+ "MongoTemplate or another bean that does not wait for the databases.",
				ex);
	}

	/**
	 * Templates of Spring Data, which is optional.
	 */
	private static final class Templates {

		private Templates() {
		}

		static boolean is(Class<?> type) {
			return type.isAssignableFrom(MongoTemplate.class);
		}

		/**
		 * The application's own template waits for the initializer.
		 */
		static Object create(MongoClient client, String database, ListableBeanFactory beans) {
			MongoConverter converter = beans.getBeanProvider(MongoConverter.class).getIfAvailable();
			MongoDatabaseFactory factory = new SimpleMongoClientDatabaseFactory(client, database);
			return (converter != null) ? new MongoTemplate(factory, converter) : new MongoTemplate(factory);
		}

	}

}
