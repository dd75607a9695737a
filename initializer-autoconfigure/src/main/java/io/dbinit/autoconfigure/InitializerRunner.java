package io.dbinit.autoconfigure;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.autoconfigure.DbInitProperties.OnFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.SpringProperties;

/**
 * Runs the initializer at the configured moment, and applies the failure policy.
 * <p>
 * A process that is only started to be recorded, for an AOT cache or a class-data archive
 * ({@code spring.context.exit}) or by AOT processing, does not work on any database. Bean
 * conditions are evaluated when an AOT application is built, so that
 * {@code db-init.enabled} is looked at here once more.
 */
abstract class InitializerRunner {

	private static final Log logger = LogFactory.getLog(InitializerRunner.class);

	private final Initializer initializer;

	private final DbInitProperties properties;

	InitializerRunner(Initializer initializer, DbInitProperties properties) {
		this.initializer = initializer;
		this.properties = properties;
	}

	void initialize() {
		if (!this.properties.isEnabled()) {
			logger.info("Databases are left as they are, as 'db-init.enabled' is 'false'");
			return;
		}
		if (isTrainingRun()) {
			logger.info("Databases are left as they are in a training run");
			return;
		}
		run();
	}

	private void run() {
		try {
			this.initializer.run();
		}
		catch (InitializationException ex) {
			if (this.properties.getOnFailure() == OnFailure.FAIL) {
				throw ex;
			}
			logger.error("The service continues with incomplete databases, as 'db-init.on-failure' is 'continue': "
					+ ex.getMessage() + System.lineSeparator() + ex.getAction(), ex);
		}
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
	static class AtApplicationRunner extends InitializerRunner implements ApplicationRunner, Ordered {

		AtApplicationRunner(Initializer initializer, DbInitProperties properties) {
			super(initializer, properties);
		}

		@Override
		public void run(ApplicationArguments args) {
			initialize();
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

	/**
	 * Runs when it is created. The beans that need the schema depend on it. Where a
	 * checkpoint of the process is taken on refresh, it runs once the process has been
	 * restored.
	 */
	static class AtContextRefresh extends InitializerRunner implements InitializingBean, ApplicationRunner, Ordered {

		private final boolean checkpoint = isOnRefresh(DefaultLifecycleProcessor.CHECKPOINT_PROPERTY_NAME);

		AtContextRefresh(Initializer initializer, DbInitProperties properties) {
			super(initializer, properties);
		}

		@Override
		public void afterPropertiesSet() {
			if (!this.checkpoint) {
				initialize();
			}
		}

		@Override
		public void run(ApplicationArguments args) {
			if (this.checkpoint) {
				initialize();
			}
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

}
