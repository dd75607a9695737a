package io.dbinit.autoconfigure;

import java.util.Set;

import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDatabaseInitializerDetector;

/**
 * Tells Spring Boot that the beans that need an SQL schema have to wait for the
 * initializer, and the initializer for the scripts that Spring Boot runs itself.
 */
class ContextRefreshInitializerDetector extends AbstractBeansOfTypeDatabaseInitializerDetector {

	@Override
	protected Set<Class<?>> getDatabaseInitializerBeanTypes() {
		return Set.of(InitializerRunner.BeforeDependentBeans.class);
	}

	@Override
	public int getOrder() {
		return 100;
	}

}
