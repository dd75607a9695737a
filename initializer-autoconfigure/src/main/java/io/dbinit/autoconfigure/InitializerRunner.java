package io.dbinit.autoconfigure;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report.Outcome;
import io.dbinit.autoconfigure.DbInitProperties.OnFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.SpringProperties;

/**
 * Runs the initializer once, at the first of the moments that are configured, and applies
 * the failure policy.
 * <p>
 * A process that is only started to be recorded, for an AOT cache or a class-data archive
 * ({@code spring.context.exit}) or by AOT processing, does not work on any database. Bean
 * conditions are evaluated when an AOT application is built, so that
 * {@code db-init.enabled} is looked at here once more.
 */
class InitializerRunner {

	private static final Log logger = LogFactory.getLog(InitializerRunner.class);

	private final Initializer initializer;

	private final DbInitProperties properties;

	private final AtomicBoolean begun = new AtomicBoolean();

	private volatile boolean ended;

	private final @Nullable EarlyResponder responder;

	InitializerRunner(Initializer initializer, DbInitProperties properties, @Nullable EarlyResponder responder) {
		this.initializer = initializer;
		this.properties = properties;
		this.responder = responder;
	}

	/**
	 * Run before the web server starts, as {@link #initialize} does.
	 * @param moment the moment, for the report
	 */
	void initializeEarly(String moment) {
		EarlyResponder responder = this.responder;
		if (responder == null || this.begun.get()) {
			initialize(moment);
			return;
		}
		responder.begin();
		try {
			initialize(moment);
			responder.end();
		}
		catch (RuntimeException ex) {
			responder.close();
			throw ex;
		}
	}

	/**
	 * Run unless an earlier moment did. A bean that a step asks for during the run may
	 * come here again, and does not wait for the run.
	 * @param moment the moment, for the report
	 */
	void initialize(String moment) {
		if (!this.begun.compareAndSet(false, true)) {
			return;
		}
		try {
			if (!this.properties.isEnabled()) {
				logger.info("Databases are left as they are, as 'db-init.enabled' is 'false'");
			}
			else if (isTrainingRun()) {
				logger.info("Databases are left as they are in a training run");
			}
			else {
				run(moment);
			}
		}
		finally {
			this.ended = true;
		}
	}

	private void run(String moment) {
		try {
			this.initializer.run(moment);
		}
		catch (InitializationException ex) {
			if (this.properties.getOnFailure() == OnFailure.FAIL) {
				throw ex;
			}
			logger.error("The service continues with incomplete databases, as 'db-init.on-failure' is 'continue': "
					+ ex.getMessage() + System.lineSeparator() + ex.getAction(), ex);
		}
	}

	/**
	 * Return whether the work has ended, or was not to be done.
	 */
	boolean hasEnded() {
		return this.ended;
	}

	boolean hasWorked() {
		return this.initializer.report().outcome() == Outcome.DONE;
	}

	private static boolean isTrainingRun() {
		return isOnRefresh(DefaultLifecycleProcessor.EXIT_PROPERTY_NAME) || Boolean.getBoolean("spring.aot.processing");
	}

	private static boolean isOnRefresh(String property) {
		return DefaultLifecycleProcessor.ON_REFRESH_VALUE.equalsIgnoreCase(SpringProperties.getProperty(property));
	}

	/**
	 * Runs when the web server is up and the service is not ready, before the
	 * application's own runners.
	 */
	static class AtApplicationRunner implements ApplicationRunner, Ordered {

		private final InitializerRunner runner;

		private final Supplier<List<String>> dependentBeans;

		/**
		 * Create a runner.
		 * @param runner the initializer's runner
		 * @param dependentBeans returns the beans that need the databases when they are
		 * created, which is too early for this moment
		 */
		AtApplicationRunner(InitializerRunner runner, Supplier<List<String>> dependentBeans) {
			this.runner = runner;
			this.dependentBeans = dependentBeans;
		}

		@Override
		public void run(ApplicationArguments args) {
			this.runner.initialize("application runner");
			if (this.runner.hasWorked()) {
				List<String> beans = this.dependentBeans.get();
				if (!beans.isEmpty()) {
					logger
						.warn("""
								The databases were not complete when beans were created that may need them: '%s'. 'auto' for \
								'db-init.run-at' makes them complete before"""
							.formatted(String.join("', '", beans)));
				}
			}
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

	/**
	 * Runs when it is created. The beans that need the databases depend on it, so that
	 * this is when the first of them is created. Where a checkpoint of the process is
	 * taken on refresh, it does nothing.
	 */
	static class BeforeDependentBeans implements InitializingBean, BeanNameAware {

		final InitializerRunner runner;

		final boolean checkpoint = isOnRefresh(DefaultLifecycleProcessor.CHECKPOINT_PROPERTY_NAME);

		private final ConfigurableBeanFactory beanFactory;

		private String name = "";

		BeforeDependentBeans(InitializerRunner runner, ConfigurableBeanFactory beanFactory) {
			this.runner = runner;
			this.beanFactory = beanFactory;
		}

		@Override
		public void setBeanName(String name) {
			this.name = name;
		}

		@Override
		public void afterPropertiesSet() {
			if (!this.checkpoint) {
				this.runner.initializeEarly(moment());
			}
		}

		/**
		 * A bean is registered as a dependent one right before this one is created for
		 * it.
		 */
		private String moment() {
			String[] dependent = this.beanFactory.getDependentBeans(this.name);
			return (dependent.length > 0) ? "bean '" + dependent[0] + "'" : "context refresh";
		}

	}

	/**
	 * Runs while the context is refreshed, even if no bean depends on it. Where a
	 * checkpoint of the process is taken on refresh, it runs once the process has been
	 * restored.
	 */
	static class AtContextRefresh extends BeforeDependentBeans implements ApplicationRunner, Ordered {

		AtContextRefresh(InitializerRunner runner, ConfigurableBeanFactory beanFactory) {
			super(runner, beanFactory);
		}

		@Override
		public void run(ApplicationArguments args) {
			this.runner.initialize("application runner");
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

}
