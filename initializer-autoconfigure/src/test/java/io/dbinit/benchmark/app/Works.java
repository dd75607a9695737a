package io.dbinit.benchmark.app;

import javax.sql.DataSource;

import com.mongodb.client.MongoClient;
import io.dbinit.Initializer;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * One configuration for each kind of work, so that nothing of another one is loaded.
 */
public final class Works {

	private Works() {
	}

	/** A connection and one SELECT. */
	@Configuration(proxyBeanMethods = false)
	public static class Select {

		@Bean
		Work work(ObjectProvider<DataSource> dataSource) {
			return new SelectWork(dataSource);
		}

	}

	/** A connection and one find. */
	@Configuration(proxyBeanMethods = false)
	public static class Find {

		@Bean
		Work work(ObjectProvider<MongoClient> client, Environment environment) {
			return new FindWork(client, environment.getRequiredProperty(FindWork.DATABASE));
		}

	}

	/** Spring Boot's Liquibase. */
	@Configuration(proxyBeanMethods = false)
	public static class Liquibase {

		@Bean
		Work work(BeanFactory factory) {
			return new BeanWork(factory, "liquibase");
		}

	}

	/** Spring Boot's Flyway. */
	@Configuration(proxyBeanMethods = false)
	public static class Flyway {

		@Bean
		Work work(BeanFactory factory) {
			return new BeanWork(factory, "flywayInitializer");
		}

	}

	/** Mongock. */
	@Configuration(proxyBeanMethods = false)
	public static class Mongock {

		@Bean
		Work work(ObjectProvider<MongoClient> client, ApplicationContext context, Environment environment) {
			return new MongockWork(client, context, environment.getRequiredProperty(FindWork.DATABASE),
					environment.getProperty("benchmark.transactional", boolean.class, false));
		}

	}

	/** The initializer. */
	@Configuration(proxyBeanMethods = false)
	public static class Ours {

		@Bean
		Work work(ObjectProvider<Initializer> initializer) {
			return new InitializerWork(initializer);
		}

	}

}
