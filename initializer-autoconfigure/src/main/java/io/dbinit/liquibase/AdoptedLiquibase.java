package io.dbinit.liquibase;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import liquibase.Liquibase;
import liquibase.integration.commandline.LiquibaseCommandLineConfiguration;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * A {@link SpringLiquibase} bean of the application that we run instead of the container.
 * What it is given for a run it loses afterwards.
 */
final class AdoptedLiquibase {

	/**
	 * The method of {@link SpringLiquibase} itself: an override that hands the work to
	 * another thread, as many applications have, would take it from under the lock. What
	 * else a subclass overrides applies.
	 */
	private static final MethodHandle afterPropertiesSet = afterPropertiesSet();

	private final String name;

	private final SpringLiquibase bean;

	AdoptedLiquibase(String name, SpringLiquibase bean) {
		this.name = name;
		this.bean = (AopProxyUtils.getSingletonTarget(bean) instanceof SpringLiquibase target) ? target : bean;
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

	String name() {
		return this.name;
	}

	SpringLiquibase bean() {
		return this.bean;
	}

	/**
	 * Return whether the bean was told to run at all.
	 * @return whether to run it
	 */
	boolean isEnabled() {
		return Boolean.TRUE.equals(field("shouldRun"))
				&& Boolean.TRUE.equals(LiquibaseCommandLineConfiguration.SHOULD_RUN.getCurrentValue());
	}

	/**
	 * Return whether it does something whenever it runs.
	 * @return the setting that makes it, or {@code null} if none does
	 */
	@Nullable String alwaysDoes() {
		return this.bean.isDropFirst() ? "dropFirst"
				: this.bean.isClearCheckSums() ? "clearCheckSums"
						: this.bean.isTestRollbackOnUpdate() ? "testRollbackOnUpdate" : (field("rollbackFile") != null)
								? "rollbackFile" : (this.bean.getCustomizer() != null) ? "customizer" : null;
	}

	/**
	 * Return whether its own class has something to say on how it runs, which is not
	 * asked.
	 * @return whether there is an override
	 */
	boolean overridesRunning() {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(this.bean.getClass(), "afterPropertiesSet"));
		return !method.getDeclaringClass().getName().startsWith("liquibase.")
				&& !method.getDeclaringClass().getName().startsWith("org.springframework.boot.");
	}

	/**
	 * Return what it was told, apart from the database.
	 * @return the settings by name
	 */
	Map<String, String> settings() {
		LiquibaseSettings settings = new LiquibaseSettings();
		settings.put("change-log", this.bean.getChangeLog());
		settings.put("contexts", this.bean.getContexts());
		settings.put("label-filter", this.bean.getLabelFilter());
		settings.put("tag", this.bean.getTag());
		settings.put("default-schema", this.bean.getDefaultSchema());
		settings.put("liquibase-schema", this.bean.getLiquibaseSchema());
		settings.put("liquibase-tablespace", this.bean.getLiquibaseTablespace());
		settings.put("database-change-log-table", this.bean.getDatabaseChangeLogTable());
		settings.put("database-change-log-lock-table", this.bean.getDatabaseChangeLogLockTable());
		settings.put("drop-first", this.bean.isDropFirst());
		settings.put("clear-checksums", this.bean.isClearCheckSums());
		settings.put("test-rollback-on-update", this.bean.isTestRollbackOnUpdate());
		settings.put("rollback-file", field("rollbackFile"));
		settings.put("enabled", field("shouldRun"));
		settings.parameters((Map<?, ?>) field("parameters"));
		return settings.toMap();
	}

	/**
	 * Make a Liquibase object as the bean would, without running it.
	 * @param connection the connection on which to work
	 * @param resources where to find the changelog
	 * @return the object
	 */
	Liquibase create(Connection connection, ResourceLoader resources) throws Exception {
		Method method = ReflectionUtils.findMethod(this.bean.getClass(), "createLiquibase", Connection.class);
		Assert.state(method != null, "'createLiquibase' must be there");
		ReflectionUtils.makeAccessible(method);
		ResourceLoader resourcesBefore = this.bean.getResourceLoader();
		boolean dropFirst = this.bean.isDropFirst();
		try {
			this.bean.setResourceLoader(resources);
			this.bean.setDropFirst(false);
			return (Liquibase) Objects.requireNonNull(ReflectionUtils.invokeMethod(method, this.bean, connection));
		}
		finally {
			this.bean.setDropFirst(dropFirst);
			this.bean.setResourceLoader(resourcesBefore);
		}
	}

	/**
	 * Run it on this thread.
	 * @param dataSource the data source to use instead of its own
	 * @param resources where to find the changelog
	 * @param customizer told of the Liquibase object before it is used
	 */
	void run(DataSource dataSource, ResourceLoader resources, Customizer<Liquibase> customizer) throws Exception {
		DataSource own = this.bean.getDataSource();
		ResourceLoader resourcesBefore = this.bean.getResourceLoader();
		Customizer<Liquibase> before = this.bean.getCustomizer();
		try {
			this.bean.setResourceLoader(resources);
			this.bean.setDataSource(dataSource);
			this.bean.setCustomizer((liquibase) -> {
				if (before != null) {
					before.customize(liquibase);
				}
				customizer.customize(liquibase);
			});
			afterPropertiesSet.invokeExact(this.bean);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			this.bean.setCustomizer(before);
			this.bean.setDataSource(own);
			this.bean.setResourceLoader(resourcesBefore);
		}
	}

	private @Nullable Object field(String name) {
		Field field = ReflectionUtils.findField(SpringLiquibase.class, name);
		Assert.state(field != null, () -> "'" + name + "' must be there");
		ReflectionUtils.makeAccessible(field);
		return ReflectionUtils.getField(field, this.bean);
	}

}
