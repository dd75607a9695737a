package io.dbinit.benchmark.app;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.type.MethodMetadata;

/**
 * Lets the beans of clients and tools be created when they are asked for: equal for all
 * tools, whenever they do their work by themselves.
 */
class LaterBeans implements BeanFactoryPostProcessor {

	private static final List<String> PACKAGES = List.of("org.springframework.boot.jdbc.",
			"org.springframework.boot.mongodb.", "org.springframework.boot.liquibase.",
			"org.springframework.boot.flyway.", "io.dbinit.");

	private static final String OURS = LaterBeans.class.getPackageName();

	private final List<String> names = new ArrayList<>();

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
		for (String name : factory.getBeanDefinitionNames()) {
			BeanDefinition definition = factory.getBeanDefinition(name);
			if (isLater(definition)) {
				definition.setLazyInit(true);
				this.names.add(name);
			}
		}
	}

	/**
	 * Return the beans that would have been created with the context.
	 * @return their names
	 */
	List<String> names() {
		return this.names;
	}

	private static boolean isLater(BeanDefinition definition) {
		MethodMetadata method = (definition instanceof AnnotatedBeanDefinition annotated)
				? annotated.getFactoryMethodMetadata() : null;
		String declaring = (method != null) ? method.getDeclaringClassName() : "";
		return definition.isSingleton() && !definition.isLazyInit() && !declaring.startsWith(OURS)
				&& PACKAGES.stream().anyMatch(declaring::startsWith);
	}

}
