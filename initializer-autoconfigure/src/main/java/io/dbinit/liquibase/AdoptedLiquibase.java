package io.dbinit.liquibase;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import liquibase.Liquibase;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.integration.commandline.LiquibaseCommandLineConfiguration;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ReflectionUtils;

/**
 * A {@link SpringLiquibase} bean that the initializer runs instead of the container. Its
 * data source and resource loader are replaced for a run, and restored afterwards.
 */
final class AdoptedLiquibase {

	private final String name;

	private final SpringLiquibase bean;

	private final LiquibaseAccess access;

	AdoptedLiquibase(String name, SpringLiquibase bean) {
		this.name = name;
		this.bean = (AopProxyUtils.getSingletonTarget(bean) instanceof SpringLiquibase target) ? target : bean;
		this.access = (this.bean instanceof LiquibaseAccess own) ? own : new ReflectiveAccess(this.bean);
	}

	String name() {
		return this.name;
	}

	SpringLiquibase bean() {
		return this.bean;
	}

	/**
	 * Return whether the bean is to run at all.
	 * @return whether neither its own setting nor that of Liquibase forbids it
	 */
	boolean isEnabled() {
		return this.access.shouldRun()
				&& Boolean.TRUE.equals(LiquibaseCommandLineConfiguration.SHOULD_RUN.getCurrentValue());
	}

	/**
	 * Return the setting because of which each run changes something.
	 * @return the name of the setting, or {@code null} if there is none
	 */
	@Nullable String alwaysDoes() {
		if (this.bean.isDropFirst()) {
			return "dropFirst";
		}
		if (this.bean.isClearCheckSums()) {
			return "clearCheckSums";
		}
		if (this.bean.isTestRollbackOnUpdate()) {
			return "testRollbackOnUpdate";
		}
		if (this.access.rollbackFile() != null) {
			return "rollbackFile";
		}
		return (this.bean.getCustomizer() != null) ? "customizer" : null;
	}

	/**
	 * Return whether its class overrides {@code afterPropertiesSet}, which is not called.
	 * @return whether there is an override
	 */
	boolean overridesRunning() {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(this.bean.getClass(), "afterPropertiesSet"));
		return method.getDeclaringClass() != InitializerLiquibase.class
				&& !method.getDeclaringClass().getName().startsWith("liquibase.");
	}

	Map<String, String> settings() {
		return LiquibaseSettings.of(this.bean, this.access);
	}

	/**
	 * Create a Liquibase object as the bean does, without dropping anything.
	 * @param connection the connection to work on
	 * @param resources the resources to find the changelog in
	 * @return the object
	 * @throws Exception if the object cannot be created
	 */
	Liquibase create(Connection connection, ResourceLoader resources) throws Exception {
		ResourceLoader resourcesBefore = this.bean.getResourceLoader();
		boolean dropFirst = this.bean.isDropFirst();
		try {
			this.bean.setResourceLoader(resources);
			this.bean.setDropFirst(false);
			return this.access.create(connection);
		}
		finally {
			this.bean.setDropFirst(dropFirst);
			this.bean.setResourceLoader(resourcesBefore);
		}
	}

	/**
	 * Run the bean on the calling thread.
	 * @param dataSource the data source that replaces the one of the bean
	 * @param resources the resources to find the changelog in
	 * @param changeLog the parsed changelog
	 * @param listener notified of each changeset
	 * @return whether the listener was notified
	 * @throws Exception if the run fails
	 */
	boolean run(DataSource dataSource, ResourceLoader resources, DatabaseChangeLog changeLog,
			ChangeSetListener listener) throws Exception {
		DataSource own = this.bean.getDataSource();
		ResourceLoader resourcesBefore = this.bean.getResourceLoader();
		try {
			this.bean.setResourceLoader(resources);
			this.bean.setDataSource(dataSource);
			return this.access.run(new ParsedChangeLog(changeLog, listener));
		}
		finally {
			this.bean.setDataSource(own);
			this.bean.setResourceLoader(resourcesBefore);
		}
	}

}
