package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import liquibase.integration.spring.SpringLiquibase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

/**
 * Adopts the application's Liquibase beans: the container creates them, but does not run
 * them. The bean of Spring Boot is replaced by {@link InitializerLiquibase}, and created
 * on demand only, as that loads Liquibase. Beans that depend on it wait for the
 * initializer instead, if they have to wait at all.
 */
final class LiquibaseBeans implements BeanFactoryPostProcessor, MergedBeanDefinitionPostProcessor, Ordered {

	private static final Log logger = LogFactory.getLog(LiquibaseBeans.class);

	private static final String BOOT_CONFIGURATION = "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration$LiquibaseConfiguration";

	private final List<String> names = new ArrayList<>();

	private final List<String> notAdopted = new CopyOnWriteArrayList<>();

	private @Nullable String bootName;

	/**
	 * After Spring Boot has added the dependencies on its bean.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanNamesForType(SpringLiquibase.class, true, false)) {
			if (isOfBoot(beanFactory, name) && beanFactory instanceof BeanDefinitionRegistry registry) {
				replace(registry, name);
				for (String other : beanFactory.getBeanDefinitionNames()) {
					removeDependency(beanFactory.getBeanDefinition(other), name);
				}
				this.bootName = name;
			}
			this.names.add(name);
		}
	}

	private static boolean isOfBoot(ConfigurableListableBeanFactory beanFactory, String name) {
		return beanFactory.containsBeanDefinition(name)
				&& BOOT_CONFIGURATION.equals(beanFactory.getBeanDefinition(name).getFactoryBeanName());
	}

	private static void replace(BeanDefinitionRegistry registry, String name) {
		RootBeanDefinition definition = new RootBeanDefinition(LiquibaseStepAutoConfiguration.class);
		definition.setFactoryMethodName(LiquibaseStepAutoConfiguration.FACTORY_METHOD);
		definition.setTargetType(InitializerLiquibase.class);
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.setLazyInit(true);
		registry.removeBeanDefinition(name);
		registry.registerBeanDefinition(name, definition);
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
		if (this.names.contains(name)) {
			definition.registerExternallyManagedInitMethod("afterPropertiesSet");
		}
		else if (SpringLiquibase.class.isAssignableFrom(type)
				|| type.getSimpleName().equals("MultiTenantSpringLiquibase")) {
			logger.warn("Bean '%s' runs Liquibase by itself, without the lock: %s cannot be adopted".formatted(name,
					type.getName()));
			this.notAdopted.add(name);
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
	 * Return whether a bean stands for the one of Spring Boot.
	 * @param name the name of a bean
	 * @return whether its settings are those of Spring Boot's properties
	 */
	boolean isOfBoot(String name) {
		return name.equals(this.bootName);
	}

	/**
	 * Return the beans that run Liquibase by themselves, as far as they were created.
	 * @return their names
	 */
	List<String> notAdopted() {
		return this.notAdopted;
	}

}
