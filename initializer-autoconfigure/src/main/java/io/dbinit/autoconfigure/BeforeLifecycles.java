package io.dbinit.autoconfigure;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.util.ClassUtils;

/**
 * Runs the initializer before the first lifecycle or scheduled task of the application
 * starts, like a container of message listeners. If it has none, a later moment does.
 */
final class BeforeLifecycles implements SmartLifecycle {

	/**
	 * Lifecycles that do not use a database: those of Spring Boot itself, web servers
	 * among them, and of executors and clients.
	 */
	private static final List<String> OTHERS = List.of("org.springframework.boot.",
			"org.springframework.scheduling.concurrent.", "org.springframework.core.task.", "org.springframework.http.",
			"org.springframework.context.");

	private final InitializerRunner runner;

	private final ListableBeanFactory beanFactory;

	private volatile boolean running;

	BeforeLifecycles(InitializerRunner runner, ListableBeanFactory beanFactory) {
		this.runner = runner;
		this.beanFactory = beanFactory;
	}

	@Override
	public void start() {
		this.running = true;
		lifecycle().or(this::scheduledTask).or(this::configurer).ifPresent(this.runner::initializeEarly);
	}

	private Optional<String> lifecycle() {
		for (String name : this.beanFactory.getBeanNamesForType(SmartLifecycle.class, false, false)) {
			if (isCreated(name)) {
				SmartLifecycle lifecycle = this.beanFactory.getBean(name, SmartLifecycle.class);
				Class<?> type = ClassUtils.getUserClass(lifecycle);
				boolean own = lifecycle == this || lifecycle instanceof EarlyResponder;
				if (!own && lifecycle.isAutoStartup() && isOfApplication(type)) {
					return Optional.of("lifecycle '" + name + "'");
				}
			}
		}
		return Optional.empty();
	}

	/**
	 * The factory bean of a lifecycle that does not exist yet is left alone.
	 */
	private boolean isCreated(String name) {
		return this.beanFactory instanceof SingletonBeanRegistry registry
				&& registry.containsSingleton(name.replace("&", ""));
	}

	private Optional<String> scheduledTask() {
		return this.beanFactory.getBeansOfType(ScheduledTaskHolder.class, false, false)
			.values()
			.stream()
			.flatMap((holder) -> holder.getScheduledTasks().stream())
			.findFirst()
			.map(ScheduledTask::toString)
			.map("scheduled task '%s'"::formatted);
	}

	/**
	 * Adds its tasks when they are about to start.
	 */
	private Optional<String> configurer() {
		return Stream.of(this.beanFactory.getBeanNamesForType(SchedulingConfigurer.class, false, false))
			.filter((name) -> isOfApplication(this.beanFactory.getType(name, false)))
			.findFirst()
			.map("scheduled tasks of '%s'"::formatted);
	}

	/**
	 * Actuator has a configurer that adds no task.
	 */
	private static boolean isOfApplication(@Nullable Class<?> type) {
		return type == null || OTHERS.stream().noneMatch(type.getName()::startsWith);
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
