package io.dbinit.mongock;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.util.UUID;
import java.util.function.Function;

import io.mongock.api.config.MongockConfiguration;
import io.mongock.driver.api.driver.ConnectionDriver;
import io.mongock.runner.core.builder.BuilderType;
import io.mongock.runner.core.builder.RunnerBuilderBase;
import io.mongock.runner.core.executor.Executor;
import io.mongock.runner.core.executor.ExecutorBuilderDefault;
import io.mongock.runner.core.executor.changelog.ChangeLogService;
import io.mongock.runner.core.executor.dependency.DependencyManagerWithContext;
import io.mongock.runner.core.executor.operation.Operation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;

/**
 * Builds Mongock's runner with our driver and runtime, with Spring's profiles and
 * qualifiers, and without scanning the classpath a second time.
 */
final class MongockRunnerBuilder extends RunnerBuilderBase<MongockRunnerBuilder, MongockConfiguration> {

	private final MigrationExecution run;

	private final Environment environment;

	private final ChangeLog log;

	MongockRunnerBuilder(MongockConfiguration configuration, DependencyManagerWithContext dependencies,
			MigrationExecution run, Environment environment, ChangeLog log) {
		super(BuilderType.COMMUNITY, new ExecutorBuilderDefault(), new ChangeLogService(), dependencies, configuration);
		this.run = run;
		this.environment = environment;
		this.log = log;
		Function<Parameter, String> names = this.parameterNameFunction;
		this.parameterNameFunction = (parameter) -> name(names.apply(parameter), parameter);
	}

	@SuppressWarnings("NullAway") // Mongock expects null for a parameter without a name
	private static String name(@Nullable String name, Parameter parameter) {
		Qualifier qualifier = parameter.getAnnotation(Qualifier.class);
		return (name == null && qualifier != null) ? qualifier.value() : name;
	}

	@Override
	public MongockRunnerBuilder getInstance() {
		return this;
	}

	@Override
	protected Function<AnnotatedElement, Boolean> getAnnotationFilter() {
		return (element) -> ChangeUnitScanner.isActive(MergedAnnotations.from(element), this.environment);
	}

	@Override
	protected Executor buildOperationExecutor(Operation operation, ConnectionDriver driver) {
		ChangeUnitInvoker runtime = new ChangeUnitInvoker(this.dependencyManager, this.parameterNameFunction, driver,
				this.config.isLockGuardEnabled(), this.run, this.log);
		return this.executorBuilder.reset()
			.setOperation(operation)
			.setExecutionId(UUID.randomUUID().toString())
			.setChangeLogService(this.changeLogService)
			.setDriver(driver)
			.setChangeLogRuntime(runtime)
			.setAnnotationFilter(getAnnotationFilter())
			.setConfig(this.config)
			.buildOperationExecutor();
	}

}
