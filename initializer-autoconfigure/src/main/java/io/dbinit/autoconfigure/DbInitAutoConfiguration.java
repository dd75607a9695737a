package io.dbinit.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.dbinit.Initializer;
import io.dbinit.InitializerListener;
import io.dbinit.InitializerOptions;
import io.dbinit.LoggingListener;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.Release;
import io.dbinit.autoconfigure.DbInitProperties.RunAt;
import io.dbinit.definition.DatabasesProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of the initializer and of the moment at which it runs.
 *
 * @see DbInitProperties
 */
@AutoConfiguration
@Conditional(OnEnabledCondition.class)
@EnableConfigurationProperties({ DatabasesProperties.class, DbInitProperties.class })
public final class DbInitAutoConfiguration {

	/**
	 * Validates properties when it is created, which is before all other beans. AOT
	 * processing does not know the values of the properties yet.
	 * @param environment the properties
	 * @return a post-processor that changes nothing
	 */
	@Bean
	static BeanFactoryPostProcessor dbInitPropertiesValidator(Environment environment) {
		if (!Boolean.getBoolean("spring.aot.processing")) {
			new PropertiesValidator(environment).validate();
		}
		return (beanFactory) -> {
		};
	}

	@Bean
	@ConditionalOnMissingBean
	Plan dbInitPlan(ObjectProvider<PlanCustomizer> customizers, DbInitProperties properties,
			DatabasesProperties databases, ObjectProvider<BuildProperties> build, ObjectProvider<GitProperties> git,
			ListableBeanFactory beanFactory, Environment environment) {
		DeclaredDatabases declared = new DeclaredDatabases(databases, beanFactory, environment);
		declared.validate();
		Plan.Builder plan = Plan.builder(properties.toEnvironment())
			.application(name(properties, environment))
			.release(release(properties, build.getIfAvailable(), git.getIfAvailable(), environment))
			.olderRelease(properties.getOlderRelease())
			.restampFrom(properties.toRestampFrom())
			.refuse(properties.getPlan().getFailOn());
		for (PlanCustomizer customizer : customizers.orderedStream().toList()) {
			customizer.customize(plan);
		}
		declared.requireIn(plan);
		return plan.build();
	}

	@Bean
	@ConditionalOnMissingBean
	Initializer dbInitializer(Plan plan, DbInitProperties properties, ObjectProvider<InitializerListener> listeners,
			Environment environment) {
		return new Initializer(plan, options(properties, environment), listeners.orderedStream().toList(),
				Clock.systemUTC());
	}

	private static InitializerOptions options(DbInitProperties properties, Environment environment) {
		return new InitializerOptions("", application(properties, environment), properties.getConcurrency(),
				properties.getWait().toOptions(), properties.getLock().toOptions(), properties.getMode());
	}

	private static String name(DbInitProperties properties, Environment environment) {
		String name = properties.getApplication();
		return ((name != null) ? name : environment.getProperty("spring.application.name", "")).strip();
	}

	private static Release release(DbInitProperties properties, @Nullable BuildProperties build,
			@Nullable GitProperties git, Environment environment) {
		String release = properties.getRelease();
		if (release != null) {
			if (!Release.isOrdered(release)) {
				throw new InvalidConfigurationPropertyValueException("db-init.release", release,
						"must be a version that begins with a digit, like '2.3.1'");
			}
			return new Release(release, null);
		}
		String version = (build != null && build.getVersion() != null) ? build.getVersion()
				: environment.getProperty("spring.application.version");
		Instant time = (build != null) ? build.getTime() : null;
		return new Release(StringUtils.hasText(version) ? version : null,
				(time == null && git != null) ? git.getCommitTime() : time);
	}

	private static String application(DbInitProperties properties, Environment environment) {
		String name = name(properties, environment);
		String version = environment.getProperty("spring.application.version", "");
		return (name + " " + version).strip();
	}

	@Bean
	@ConditionalOnMissingBean
	LoggingListener dbInitLoggingListener() {
		return new LoggingListener();
	}

	@Bean
	static LazyInitializationExcludeFilter dbInitEagerFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(InitializerRunner.AtApplicationRunner.class,
				InitializerRunner.AtContextRefresh.class, BeforeLifecycles.class, EarlyResponder.class);
	}

	/**
	 * One for a hierarchy of contexts.
	 */
	@Bean
	@ConditionalOnMissingBean
	InitializerRunner dbInitRunner(Initializer initializer, DbInitProperties properties,
			ObjectProvider<EarlyResponder> responder) {
		return new InitializerRunner(initializer, properties, responder.getIfAvailable());
	}

	/**
	 * Something answers while the web server waits for the databases.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(name = "com.sun.net.httpserver.HttpsServer")
	@ConditionalOnBooleanProperty(name = "db-init.early.enabled", matchIfMissing = true)
	static class EarlyConfiguration {

		@Bean
		EarlyResponder dbInitEarlyResponder(ApplicationContext context, ObjectProvider<SslBundles> bundles,
				Initializer initializer, DbInitProperties properties) {
			return new EarlyResponder(context, new EarlyTls(context.getEnvironment(), bundles), initializer,
					properties.getEarly());
		}

	}

	/**
	 * Requests are refused while the web server is up and the databases are not complete.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnRunAt({ RunAt.AUTO, RunAt.APPLICATION_RUNNER })
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		IncompleteDatabasesFilter dbInitFilter(InitializerRunner runner, Environment environment) {
			return new IncompleteDatabasesFilter(new IncompleteDatabases(runner, environment));
		}

	}

	/**
	 * The same in a reactive application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnRunAt({ RunAt.AUTO, RunAt.APPLICATION_RUNNER })
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		IncompleteDatabasesWebFilter dbInitWebFilter(InitializerRunner runner, Environment environment) {
			return new IncompleteDatabasesWebFilter(new IncompleteDatabases(runner, environment));
		}

	}

	/**
	 * The work is done in an application runner, even if beans need it earlier.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnRunAt(RunAt.APPLICATION_RUNNER)
	static class AtApplicationRunnerConfiguration {

		@Bean
		InitializerRunner.AtApplicationRunner dbInitApplicationRunner(InitializerRunner runner,
				ConfigurableListableBeanFactory beanFactory, Environment environment) {
			return new InitializerRunner.AtApplicationRunner(runner,
					() -> DependentBeansConfiguration.dependentBeans(beanFactory, environment));
		}

	}

	/**
	 * The work is done when something needs the databases.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnRunAt(RunAt.AUTO)
	@Import(DependentBeansConfiguration.class)
	static class AutoMomentConfiguration {

		@Lazy
		@Bean(DependentBeansConfiguration.BEAN_NAME)
		InitializerRunner.BeforeDependentBeans dbInitContextRefresh(InitializerRunner runner,
				ConfigurableBeanFactory beanFactory) {
			return new InitializerRunner.BeforeDependentBeans(runner, beanFactory);
		}

		@Bean
		InitializerRunner.AtApplicationRunner dbInitApplicationRunner(InitializerRunner runner) {
			return new InitializerRunner.AtApplicationRunner(runner, List::of);
		}

		@Bean
		BeforeLifecycles dbInitBeforeLifecycles(InitializerRunner runner, ListableBeanFactory beanFactory) {
			return new BeforeLifecycles(runner, beanFactory);
		}

	}

	/**
	 * The work is done while the context is refreshed.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnRunAt(RunAt.CONTEXT_REFRESH)
	@Import(DependentBeansConfiguration.class)
	static class AtContextRefreshConfiguration {

		@Bean(DependentBeansConfiguration.BEAN_NAME)
		InitializerRunner.AtContextRefresh dbInitContextRefresh(InitializerRunner runner,
				ConfigurableBeanFactory beanFactory) {
			return new InitializerRunner.AtContextRefresh(runner, beanFactory);
		}

	}

}
