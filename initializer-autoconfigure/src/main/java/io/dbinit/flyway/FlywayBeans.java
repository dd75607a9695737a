package io.dbinit.flyway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

/**
 * Adopts the Flyway beans of the application: neither Spring Boot's initializer nor an
 * init method runs them, and they are created on demand only. Beans that depend on them
 * wait for the initializer instead, if they have to wait at all.
 */
final class FlywayBeans implements BeanFactoryPostProcessor, MergedBeanDefinitionPostProcessor, Ordered {

	private static final String BOOT_CONFIGURATION = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration$FlywayConfiguration";

	private final List<String> names = new ArrayList<>();

	private @Nullable String bootName;

	/**
	 * After Spring Boot has added the dependencies on its beans.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanNamesForType(Flyway.class, true, false)) {
			this.names.add(name);
			onDemand(beanFactory, name);
			if (beanFactory.containsBeanDefinition(name)
					&& BOOT_CONFIGURATION.equals(beanFactory.getBeanDefinition(name).getFactoryBeanName())) {
				this.bootName = name;
			}
		}
		for (String name : beanFactory.getBeanNamesForType(FlywayMigrationInitializer.class, true, false)) {
			onDemand(beanFactory, name);
		}
	}

	private static void onDemand(ConfigurableListableBeanFactory beanFactory, String name) {
		if (beanFactory.containsBeanDefinition(name)) {
			beanFactory.getBeanDefinition(name).setLazyInit(true);
		}
		for (String other : beanFactory.getBeanDefinitionNames()) {
			removeDependency(beanFactory.getBeanDefinition(other), name);
		}
	}

	private static void removeDependency(BeanDefinition definition, String name) {
		String[] dependsOn = definition.getDependsOn();
		if (dependsOn != null) {
			List<String> others = new ArrayList<>(Arrays.asList(dependsOn));
			if (others.remove(name)) {
				definition.setDependsOn(StringUtils.toStringArray(others));
			}
		}
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
		if (Flyway.class.isAssignableFrom(type)) {
			String[] methods = definition.getInitMethodNames();
			Arrays.asList((methods != null) ? methods : new String[0])
				.forEach(definition::registerExternallyManagedInitMethod);
		}
		else if (FlywayMigrationInitializer.class.isAssignableFrom(type)) {
			definition.registerExternallyManagedInitMethod("afterPropertiesSet");
		}
	}

	/**
	 * Return the beans that were adopted.
	 * @return the names, in the order in which they were defined
	 */
	List<String> names() {
		return List.copyOf(this.names);
	}

	/**
	 * Return whether a bean is the one of Spring Boot.
	 * @param name the name of a bean
	 */
	boolean isOfBoot(String name) {
		return name.equals(this.bootName);
	}

}
