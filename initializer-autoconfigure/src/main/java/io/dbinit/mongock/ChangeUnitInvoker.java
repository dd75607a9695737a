package io.dbinit.mongock;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.function.Function;

import com.github.cloudyrock.mongock.ChangeSet;
import io.dbinit.InitializationException;
import io.mongock.api.annotations.BeforeExecution;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackBeforeExecution;
import io.mongock.api.annotations.RollbackExecution;
import io.mongock.driver.api.driver.ConnectionDriver;
import io.mongock.runner.core.executor.ChangeLogRuntimeImpl;
import io.mongock.runner.core.executor.dependency.DependencyManager;

import org.springframework.util.ReflectionUtils;

/**
 * Calls the methods of change units, and reports each to the execution before and after.
 */
final class ChangeUnitInvoker extends ChangeLogRuntimeImpl {

	private final MigrationExecution run;

	private final ChangeLog log;

	private final boolean transactions;

	ChangeUnitInvoker(DependencyManager dependencies, Function<Parameter, String> names, ConnectionDriver driver,
			boolean lockGuard, MigrationExecution run, ChangeLog log) {
		super(dependencies, names, driver.getNonProxyableTypes(), lockGuard);
		this.run = run;
		this.log = log;
		this.transactions = driver.isTransactionable();
	}

	@Override
	public Object getInstance(Class<?> type) {
		ChangeUnit unit = type.getAnnotation(ChangeUnit.class);
		this.run.entering((unit != null) ? unit.id() : type.getName());
		return super.getInstance(type);
	}

	@Override
	@SuppressWarnings("deprecation")
	public void runChangeSet(Object instance, Method method) throws IllegalAccessException, InvocationTargetException {
		ChangeUnit unit = instance.getClass().getAnnotation(ChangeUnit.class);
		ChangeSet legacy = method.getAnnotation(ChangeSet.class);
		if (legacy != null) {
			make(instance, method, new Made(legacy.id(), this.transactions, legacy.failFast(), legacy.runAlways()));
		}
		else if (unit != null && method.isAnnotationPresent(Execution.class)) {
			make(instance, method,
					new Made(unit.id(), this.transactions && unit.transactional(), unit.failFast(), unit.runAlways()));
		}
		else if (unit != null && method.isAnnotationPresent(BeforeExecution.class)) {
			make(instance, method, new Made(unit.id() + "_before", false, unit.failFast(), unit.runAlways()));
		}
		else {
			this.run.rollback();
			super.runChangeSet(instance, method);
		}
	}

	private void make(Object instance, Method method, Made change)
			throws IllegalAccessException, InvocationTargetException {
		try {
			if (this.run.begin(change.id(), change.transactional())) {
				rollBack(instance, rollback(instance, method));
			}
		}
		catch (Exception ex) {
			this.run.refuse(ex);
			throw new InvocationTargetException(ex);
		}
		try {
			super.runChangeSet(instance, method);
		}
		catch (InvocationTargetException ex) {
			failed(change, (ex.getTargetException() instanceof Exception target) ? target : ex);
			throw ex;
		}
		if (change.runAlways() && this.log.ids().contains(change.id())) {
			this.run.repeated(change.id());
		}
	}

	private void rollBack(Object instance, Method rollback) throws IllegalAccessException, InvocationTargetException {
		try {
			super.runChangeSet(instance, rollback);
		}
		catch (InvocationTargetException ex) {
			this.run.refuseAfterRollback(ex);
			throw ex;
		}
	}

	private void failed(Made change, Exception cause) {
		if (change.failFast()) {
			this.run.stop(cause);
		}
	}

	private static Method rollback(Object instance, Method method) {
		Class<? extends Annotation> annotation = method.isAnnotationPresent(BeforeExecution.class)
				? RollbackBeforeExecution.class : RollbackExecution.class;
		for (Method candidate : ReflectionUtils.getUniqueDeclaredMethods(instance.getClass())) {
			if (candidate.isAnnotationPresent(annotation)) {
				return candidate;
			}
		}
		throw new InitializationException(
				"An earlier process began it and died, so a part of it may be applied, and it has no rollback method",
				"Undo its changes, and start once with 'db-init.mongock.in-doubt=repeat'.", null);
	}

	/**
	 * A change that is made.
	 *
	 * @param id its id
	 * @param transactional whether it is made in a transaction
	 * @param failFast whether its failure ends the run
	 * @param runAlways whether it is made at every start
	 */
	private record Made(String id, boolean transactional, boolean failFast, boolean runAlways) {
	}

}
