package io.dbinit.mongock;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.dbinit.Plan;
import io.mongock.runner.springboot.base.MongockApplicationRunner;
import io.mongock.runner.springboot.base.MongockInitializingBeanRunner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.core.type.MethodMetadata;

/**
 * Takes the runners that an application has defined with {@code @EnableMongock} away from
 * Spring, so that they run once, as a step. If they are not part of the plan they run as
 * if this class were not there.
 */
final class MongockAdoption implements MergedBeanDefinitionPostProcessor {

	private static final Log logger = LogFactory.getLog(MongockAdoption.class);

	private static final String APPLICATION_RUNNER = "io.mongock.runner.springboot.base.MongockApplicationRunner";

	private static final String INITIALIZING_BEAN = "io.mongock.runner.springboot.base.MongockInitializingBeanRunner";

	/** Types of beans that run Mongock when the application calls them. */
	private static final Set<String> MANUAL = Set.of("io.mongock.runner.core.executor.MongockRunner",
			"io.mongock.runner.springboot.RunnerSpringbootBuilder",
			"io.mongock.runner.standalone.RunnerStandaloneBuilder");

	private final ConfigurableListableBeanFactory beans;

	private final ObjectProvider<Plan> plan;

	private final Map<String, Object> runners = new ConcurrentHashMap<>();

	private volatile Set<String> adopted = Set.of();

	MongockAdoption(ConfigurableListableBeanFactory beans, ObjectProvider<Plan> plan) {
		this.beans = beans;
		this.plan = plan;
	}

	/**
	 * Return the names of the beans that Spring would run.
	 */
	List<String> runners() {
		return named(Set.of(INITIALIZING_BEAN, APPLICATION_RUNNER));
	}

	/**
	 * Return the names of the beans that only the application's own code can run.
	 */
	List<String> manual() {
		return named(MANUAL);
	}

	private List<String> named(Set<String> types) {
		return Stream.of(this.beans.getBeanDefinitionNames())
			.filter((name) -> types.contains(type(this.beans.getMergedBeanDefinition(name))))
			.toList();
	}

	/**
	 * Types are compared by their names, so that no class is loaded for it.
	 */
	private static @Nullable String type(BeanDefinition definition) {
		MethodMetadata method = (definition instanceof AnnotatedBeanDefinition annotated)
				? annotated.getFactoryMethodMetadata() : null;
		if (method != null) {
			return method.getReturnTypeName();
		}
		Class<?> type = definition.getResolvableType().resolve();
		return (type != null) ? type.getName() : definition.getBeanClassName();
	}

	/**
	 * Make runners a part of the plan.
	 * @param names the names of the beans
	 */
	void adopt(List<String> names) {
		this.adopted = Set.copyOf(names);
	}

	/**
	 * A bean whose definition does not tell its type was not known when the plan was
	 * made.
	 */
	private boolean isAdopted(String name) {
		this.plan.getIfAvailable();
		boolean adopted = this.adopted.contains(name);
		if (!adopted) {
			logger.warn("The bean '%s' runs Mongock by itself, beside the lock".formatted(name));
		}
		return adopted;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
		if (type.getName().equals(INITIALIZING_BEAN)) {
			definition.registerExternallyManagedInitMethod("afterPropertiesSet");
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		return switch (bean.getClass().getName()) {
			case APPLICATION_RUNNER -> {
				this.runners.put(name, bean);
				yield Runners.wrap(bean, this, name);
			}
			case INITIALIZING_BEAN -> {
				this.runners.put(name, bean);
				if (!isAdopted(name)) {
					Runners.run(bean);
				}
				yield bean;
			}
			default -> bean;
		};
	}

	/**
	 * Run Mongock.
	 * @param name the name of a runner
	 * @return the runner
	 */
	Object run(String name) {
		this.beans.getBean(name);
		Object runner = this.runners.get(name);
		if (runner == null) {
			throw new IllegalStateException("The bean '" + name + "' was replaced, so that it cannot be run");
		}
		Runners.run(runner);
		return runner;
	}

	/**
	 * The types of Mongock's Spring module, which is optional.
	 */
	private static final class Runners {

		private Runners() {
		}

		static void run(Object runner) {
			try {
				if (runner instanceof MongockApplicationRunner applicationRunner) {
					applicationRunner.run(new DefaultApplicationArguments());
				}
				else if (runner instanceof MongockInitializingBeanRunner initializingBean) {
					initializingBean.afterPropertiesSet();
				}
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		@SuppressWarnings("NullAway") // The step has already run Mongock
		static Object wrap(Object runner, MongockAdoption adoption, String name) {
			return new MongockApplicationRunner(null) {

				@Override
				public void run(ApplicationArguments args) throws Exception {
					if (!adoption.isAdopted(name)) {
						((MongockApplicationRunner) runner).run(args);
					}
				}

			};
		}

	}

}
