package io.dbinit.liquibase;

import java.io.File;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;

import liquibase.Liquibase;
import liquibase.changelog.visitor.ChangeExecListener;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Access by reflection, for beans that the application defines itself.
 */
final class ReflectiveAccess implements LiquibaseAccess {

	/**
	 * The method of {@link SpringLiquibase} itself: an override that hands the work to
	 * another thread, as many applications have, would take it from under the lock. Other
	 * methods that a subclass overrides are used.
	 */
	private static final MethodHandle afterPropertiesSet = afterPropertiesSet();

	private final SpringLiquibase bean;

	ReflectiveAccess(SpringLiquibase bean) {
		this.bean = bean;
	}

	private static MethodHandle afterPropertiesSet() {
		try {
			return MethodHandles.privateLookupIn(SpringLiquibase.class, MethodHandles.lookup())
				.findSpecial(SpringLiquibase.class, "afterPropertiesSet", MethodType.methodType(void.class),
						SpringLiquibase.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public boolean shouldRun() {
		return Boolean.TRUE.equals(value("shouldRun"));
	}

	@Override
	public @Nullable File rollbackFile() {
		return (File) value("rollbackFile");
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable Map<String, String> parameters() {
		return (Map<String, String>) value("parameters");
	}

	private @Nullable Object value(String name) {
		return ReflectionUtils.getField(field(SpringLiquibase.class, name), this.bean);
	}

	private static Field field(Class<?> type, String name) {
		Field field = ReflectionUtils.findField(type, name);
		Assert.state(field != null, () -> "'" + name + "' must be a field of " + type.getName());
		ReflectionUtils.makeAccessible(field);
		return field;
	}

	@Override
	public Liquibase create(Connection connection) {
		Method method = ReflectionUtils.findMethod(this.bean.getClass(), "createLiquibase", Connection.class);
		Assert.state(method != null, "'createLiquibase' must be a method of SpringLiquibase");
		ReflectionUtils.makeAccessible(method);
		return (Liquibase) Objects.requireNonNull(ReflectionUtils.invokeMethod(method, this.bean, connection));
	}

	@Override
	public boolean run(ParsedChangeLog changeLog) throws Exception {
		Customizer<Liquibase> before = this.bean.getCustomizer();
		boolean[] used = new boolean[1];
		try {
			this.bean.setCustomizer((liquibase) -> {
				if (before != null) {
					before.customize(liquibase);
				}
				used[0] = prepare(liquibase, changeLog);
			});
			afterPropertiesSet.invokeExact(this.bean);
			return used[0];
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			this.bean.setCustomizer(before);
		}
	}

	private static boolean prepare(Liquibase liquibase, ParsedChangeLog changeLog) {
		Field parsed = field(Liquibase.class, "databaseChangeLog");
		if (ReflectionUtils.getField(parsed, liquibase) == null) {
			ReflectionUtils.setField(parsed, liquibase, changeLog.changeLog());
		}
		Field other = field(Liquibase.class, "changeExecListener");
		liquibase.setChangeExecListener(
				changeLog.listener().and((ChangeExecListener) ReflectionUtils.getField(other, liquibase)));
		return true;
	}

}
