package io.dbinit.autoconfigure;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.autoconfigure.DbInitProperties.OnFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;

/**
 * Runs the initializer at the moment that was chosen, and applies the failure policy.
 */
abstract class InitializerRunner {

	private static final Log logger = LogFactory.getLog(InitializerRunner.class);

	private final Initializer initializer;

	private final OnFailure onFailure;

	InitializerRunner(Initializer initializer, OnFailure onFailure) {
		this.initializer = initializer;
		this.onFailure = onFailure;
	}

	void initialize() {
		try {
			this.initializer.run();
		}
		catch (InitializationException ex) {
			if (this.onFailure == OnFailure.FAIL) {
				throw ex;
			}
			logger.error("The service goes on with incomplete databases, as 'db-init.on-failure' says: "
					+ ex.getMessage() + System.lineSeparator() + ex.getAction(), ex);
		}
	}

	/**
	 * Runs when the web server is up and the service is not ready, before the
	 * application's own runners.
	 */
	static class AtApplicationRunner extends InitializerRunner implements ApplicationRunner, Ordered {

		AtApplicationRunner(Initializer initializer, OnFailure onFailure) {
			super(initializer, onFailure);
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
	 * Runs when it is created. The beans that need the schema depend on it.
	 */
	static class AtContextRefresh extends InitializerRunner implements InitializingBean {

		AtContextRefresh(Initializer initializer, OnFailure onFailure) {
			super(initializer, onFailure);
		}

		@Override
		public void afterPropertiesSet() {
			initialize();
		}

	}

}
