package io.dbinit.benchmark.app;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InitializingBean;

/**
 * A bean that does its work when it is created, as those of Spring Boot for Liquibase and
 * Flyway do.
 */
class BeanWork implements Work {

	private final BeanFactory factory;

	private final String name;

	BeanWork(BeanFactory factory, String name) {
		this.factory = factory;
		this.name = name;
	}

	@Override
	public void begin() {
		this.factory.getBean(this.name);
	}

	@Override
	public void repeat() throws Exception {
		this.factory.getBean(this.name, InitializingBean.class).afterPropertiesSet();
	}

}
