package io.dbinit.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.util.ClassUtils;

/**
 * Lets the beans that need initialized databases wait for the initializer: those that
 * Spring Boot knows to need an SQL schema, and those of MongoDB, R2DBC and of schedulers
 * that keep their jobs in a database, which Spring Boot does not order.
 */
@Configuration(proxyBeanMethods = false)
class DependentBeansConfiguration {

	/** The bean that runs the initializer when it is created. */
	static final String BEAN_NAME = "dbInitContextRefresh";

	private static final String DETECTOR = "org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector";

	private static final List<String> TYPES = List.of("org.springframework.data.mongodb.core.MongoOperations",
			"org.springframework.data.mongodb.core.ReactiveMongoOperations",
			"org.springframework.r2dbc.core.DatabaseClient",
			"org.springframework.data.r2dbc.core.R2dbcEntityOperations", "org.jobrunr.storage.StorageProvider",
			"com.github.kagkarlsson.scheduler.Scheduler");

	@Bean
	static BeanFactoryPostProcessor dbInitBeforeDependentBeans() {
		return (beanFactory) -> TYPES.forEach((type) -> order(type, beanFactory));
	}

	/**
	 * Return the beans that need initialized databases.
	 * @param beanFactory their factory
	 * @param environment the properties that decide about some of them
	 * @return the names of those that were created
	 */
	static List<String> dependentBeans(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		Set<String> names = new TreeSet<>();
		for (String type : TYPES) {
			if (ClassUtils.isPresent(type, classLoader)) {
				names.addAll(Arrays.asList(
						beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(type, classLoader), true, false)));
			}
		}
		if (ClassUtils.isPresent(DETECTOR, classLoader)) {
			names.addAll(SqlBeans.names(beanFactory, environment));
		}
		return names.stream().filter(beanFactory::containsSingleton).toList();
	}

	private static void order(String type, ConfigurableListableBeanFactory beanFactory) {
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		if (ClassUtils.isPresent(type, classLoader)) {
			new DependsOnInitializer(ClassUtils.resolveClassName(type, classLoader))
				.postProcessBeanFactory(beanFactory);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DatabaseInitializationDependencyConfigurer.class)
	@Import(DatabaseInitializationDependencyConfigurer.class)
	static class SqlConfiguration {

	}

	/**
	 * Apart, as Spring Boot's module is optional.
	 */
	private static final class SqlBeans {

		static Set<String> names(ConfigurableListableBeanFactory beanFactory, Environment environment) {
			Set<String> names = new TreeSet<>();
			SpringFactoriesLoader.forDefaultResourceLocation(beanFactory.getBeanClassLoader())
				.load(DependsOnDatabaseInitializationDetector.class,
						ArgumentResolver.of(Environment.class, environment))
				.forEach((detector) -> names.addAll(detector.detect(beanFactory)));
			return names;
		}

	}

	private static final class DependsOnInitializer extends AbstractDependsOnBeanFactoryPostProcessor {

		private DependsOnInitializer(Class<?> beanClass) {
			super(beanClass, BEAN_NAME);
		}

	}

}
