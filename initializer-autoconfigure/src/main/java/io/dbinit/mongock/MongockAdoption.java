package io.dbinit.mongock;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.dbinit.Plan;
import io.mongock.runner.springboot.base.MongockApplicationRunner;
import io.mongock.runner.springboot.base.MongockInitializingBeanRunner;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.util.ClassUtils;

/**
 * Takes the runners that an application has defined with {@code @EnableMongock} away from
 * Spring, so that they run once, as a step. If they are not part of the plan they run as
 * if this class were not there.
 */
final class MongockAdoption implements MergedBeanDefinitionPostProcessor {

	private static final String APPLICATION_RUNNER = "io.mongock.runner.springboot.base.MongockApplicationRunner";

	private static final String INITIALIZING_BEAN = "io.mongock.runner.springboot.base.MongockInitializingBeanRunner";

	/** What runs Mongock when the application's own code says so. */
	private static final List<String> MANUAL = List.of("io.mongock.runner.core.executor.MongockRunner",
			"io.mongock.runner.core.builder.RunnerBuilder");

	private final ListableBeanFactory beans;

	private final ObjectProvider<Plan> plan;

	private final Map<String, Object> runners = new ConcurrentHashMap<>();

	private volatile Set<String> adopted = Set.of();

	MongockAdoption(ListableBeanFactory beans, ObjectProvider<Plan> plan) {
		this.beans = beans;
		this.plan = plan;
	}

	/**
	 * Return the names of the beans that Spring would run.
	 */
	List<String> runners() {
		return named(Stream.of(INITIALIZING_BEAN, APPLICATION_RUNNER));
	}

	/**
	 * Return the names of the beans that only the application's own code can run.
	 */
	List<String> manual() {
		return named(MANUAL.stream());
	}

	private List<String> named(Stream<String> types) {
		ClassLoader loader = getClass().getClassLoader();
		return types.filter((type) -> ClassUtils.isPresent(type, loader))
			.map((type) -> ClassUtils.resolveClassName(type, loader))
			.flatMap((type) -> Stream.of(this.beans.getBeanNamesForType(type, true, false)))
			.distinct()
			.toList();
	}

	/**
	 * Make runners a part of the plan.
	 * @param names the names of the beans
	 */
	void adopt(List<String> names) {
		this.adopted = Set.copyOf(names);
	}

	private boolean isAdopted(String name) {
		this.plan.getIfAvailable();
		return this.adopted.contains(name);
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
	 */
	void run(String name) throws Exception {
		this.beans.getBean(name);
		Object runner = this.runners.get(name);
		if (runner == null) {
			throw new IllegalStateException("The bean '" + name + "' was replaced, so that it cannot be run");
		}
		Runners.run(runner);
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

		@SuppressWarnings("NullAway") // What it would run is run by the step
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
