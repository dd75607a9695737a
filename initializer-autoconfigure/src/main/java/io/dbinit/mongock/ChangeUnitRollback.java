package io.dbinit.mongock;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.dbinit.InitializationException;
import io.dbinit.PlannedChange;
import io.dbinit.RollbackTarget;
import io.dbinit.ToolContext;
import io.mongock.api.annotations.RollbackBeforeExecution;
import io.mongock.api.annotations.RollbackExecution;
import org.bson.Document;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Calls the rollback methods of change units that are applied, the newest first. As
 * Mongock calls such a method after a failure at any point of a unit, it can be called
 * again after a process that died in the middle of it.
 */
final class ChangeUnitRollback {

	private static final String ENTRY = "roll back change unit '";

	private final ToolContext context;

	private final List<ChangeUnitDefinition> units;

	private final MongoCollection<Document> changeLog;

	private final ListableBeanFactory beans;

	ChangeUnitRollback(ToolContext context, List<ChangeUnitDefinition> units, String changeLog,
			ListableBeanFactory beans) {
		this.context = context;
		this.units = units;
		this.changeLog = context.unwrap(MongoDatabase.class).getCollection(changeLog);
		this.beans = beans;
	}

	/**
	 * Return the rollback methods of change units.
	 * @param target the change units
	 * @return the changes
	 * @throws InitializationException if one of them has no such method
	 */
	List<PlannedChange> plan(RollbackTarget target) {
		return select(target).stream()
			.map((id) -> new PlannedChange(io.dbinit.Change.migrate(id, text(id)), null,
					methods(type(id)).stream().map(ChangeUnitRollback::describe).toList(), List.of()))
			.toList();
	}

	private List<String> select(RollbackTarget target) {
		List<String> applied = new ArrayList<>(ChangeLog.read(this.changeLog).ids());
		Collections.reverse(applied);
		return target.select(applied, String::equals, (id, tag) -> false);
	}

	private static String text(String id) {
		return ENTRY + id + "'";
	}

	private Class<?> type(String id) {
		String className = this.units.stream()
			.filter((unit) -> unit.changes().stream().anyMatch((change) -> change.id().equals(id)))
			.findFirst()
			.map(ChangeUnitDefinition::className)
			.orElseThrow(() -> RollbackTarget.noInverse("Change unit '" + id + "'",
					"this release of the application does not have it", "Use the release that applied it"));
		return ClassUtils.resolveClassName(className, this.beans.getClass().getClassLoader());
	}

	private static List<Method> methods(Class<?> type) {
		List<Method> methods = new ArrayList<>();
		methods.add(method(type, RollbackExecution.class).orElseThrow(
				() -> RollbackTarget.noInverse("'" + type.getName() + "'", "it has no '@RollbackExecution'", null)));
		method(type, RollbackBeforeExecution.class).ifPresent(methods::add);
		return methods;
	}

	private static Optional<Method> method(Class<?> type, Class<? extends Annotation> annotation) {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
			.filter((method) -> method.isAnnotationPresent(annotation))
			.findFirst();
	}

	private static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName() + "()";
	}

	/**
	 * Undo change units.
	 * @param target the change units
	 * @throws InitializationException if one of them has no rollback method, or the
	 * method fails
	 */
	void run(RollbackTarget target) throws Exception {
		plan(target);
		for (String id : select(target)) {
			this.context.progress(text(id));
			this.context.intend(text(id));
			undo(id);
			this.context.conclude(text(id));
			this.context.changed(io.dbinit.Change.migrate(id, text(id)));
		}
	}

	/**
	 * Complete the rollbacks that a run had begun and not recorded.
	 */
	void complete() throws Exception {
		for (String entry : this.context.inDoubt()) {
			if (entry.startsWith(ENTRY)) {
				String id = entry.substring(ENTRY.length(), entry.length() - 1);
				if (ChangeLog.read(this.changeLog).ids().contains(id)) {
					undo(id);
				}
				this.context.conclude(entry);
			}
		}
	}

	private void undo(String id) throws Exception {
		Class<?> type = type(id);
		Object unit = create(type);
		for (Method method : methods(type)) {
			this.context.checkLock();
			try {
				ReflectionUtils.makeAccessible(method);
				method.invoke(unit, arguments(method));
			}
			catch (InvocationTargetException ex) {
				throw new InitializationException(
						"%s failed: %s".formatted(describe(method),
								String.valueOf(ex.getTargetException().getMessage())),
						"Correct the method and roll back again. Change units that were undone before stay so.",
						ex.getTargetException());
			}
		}
		this.context.checkLock();
		this.changeLog.updateMany(Filters.and(Filters.eq("changeId", id), Filters.eq("state", "EXECUTED")),
				Updates.set("state", "ROLLED_BACK"));
	}

	private Object create(Class<?> type) throws ReflectiveOperationException {
		Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors())
			.max((one, other) -> Integer.compare(one.getParameterCount(), other.getParameterCount()))
			.orElseThrow();
		ReflectionUtils.makeAccessible(constructor);
		return constructor.newInstance(arguments(constructor));
	}

	private Object[] arguments(Executable executable) {
		return Arrays.stream(executable.getParameterTypes()).map((type) -> argument(executable, type)).toArray();
	}

	private Object argument(Executable executable, Class<?> type) {
		MongoClient client = this.context.unwrap(MongoClient.class);
		MongoDatabase database = this.context.unwrap(MongoDatabase.class);
		if (type == MongoDatabase.class) {
			return database;
		}
		if (type == MongoClient.class) {
			return client;
		}
		return new BeanDependencies(this.context, this.beans, client, database.getName()).getBean(type)
			.map(Object.class::cast)
			.orElseThrow(() -> new InitializationException(
					"'%s' asks for a '%s', and there is no such bean"
						.formatted(executable.getDeclaringClass().getName(), type.getName()),
					"Add the bean, or let the method ask for MongoDatabase.", null));
	}

}
