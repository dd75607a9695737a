package io.dbinit.benchmark.app;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Does the work, and creates the rest of the beans that a service would have.
 */
class WorkRunner implements ApplicationRunner {

	private final Work work;

	private final LaterBeans later;

	private final BeanFactory context;

	WorkRunner(Work work, LaterBeans later, BeanFactory context) {
		this.work = work;
		this.later = later;
		this.context = context;
	}

	@Override
	public void run(ApplicationArguments args) throws Exception {
		this.work.begin();
		this.later.names().forEach(this.context::getBean);
	}

}
