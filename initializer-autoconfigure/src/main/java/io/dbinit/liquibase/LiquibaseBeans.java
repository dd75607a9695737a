package io.dbinit.liquibase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import liquibase.integration.spring.SpringLiquibase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

/**
 * Adopts the application's Liquibase beans: the container makes them, but does not run
 * them. Spring Boot's own bean is not even made before somebody asks for it, since making
 * it starts Liquibase; beans that wait for it wait for the initializer instead, if for
 * anything.
 */
final class LiquibaseBeans implements BeanFactoryPostProcessor, MergedBeanDefinitionPostProcessor, Ordered {

	private static final Log logger = LogFactory.getLog(LiquibaseBeans.class);

	private static final String BOOT = "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration$LiquibaseConfiguration";

	private final List<String> names = new ArrayList<>();

	private final List<String> notAdopted = new CopyOnWriteArrayList<>();

	/**
	 * After Spring Boot has told the others to wait.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.names.addAll(Arrays.asList(beanFactory.getBeanNamesForType(SpringLiquibase.class, true, false)));
		for (String name : this.names) {
			if (isOfBoot(beanFactory, name)) {
				beanFactory.getBeanDefinition(name).setLazyInit(true);
				for (String other : beanFactory.getBeanDefinitionNames()) {
					doNotWait(beanFactory.getBeanDefinition(other), name);
				}
			}
		}
	}

	private static void doNotWait(BeanDefinition definition, String name) {
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
			logger.warn("Bean '%s' runs Liquibase by itself, beside the lock: %s cannot be adopted".formatted(name,
					type.getName()));
			this.notAdopted.add(name);
		}
	}

	static boolean isOfBoot(ConfigurableListableBeanFactory beanFactory, String name) {
		return beanFactory.containsBeanDefinition(name)
				&& BOOT.equals(beanFactory.getBeanDefinition(name).getFactoryBeanName());
	}

	/**
	 * Return the beans that were adopted.
	 * @return the names, in the order in which they were defined
	 */
	List<String> names() {
		return List.copyOf(this.names);
	}

	/**
	 * Return the beans that run Liquibase by themselves, as far as they were made.
	 * @return their names
	 */
	List<String> notAdopted() {
		return this.notAdopted;
	}

}
