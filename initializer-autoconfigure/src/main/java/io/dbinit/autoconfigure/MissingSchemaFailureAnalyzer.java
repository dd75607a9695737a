package io.dbinit.autoconfigure;

import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report.State;
import io.dbinit.autoconfigure.ConditionalOnRunAt.OnRunAtCondition;
import io.dbinit.autoconfigure.DbInitProperties.RunAt;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Names the property that helps where a bean needs a table, column or schema that the
 * initializer would only create later. Hibernate is known by the name of its exception,
 * as it is optional.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class MissingSchemaFailureAnalyzer implements FailureAnalyzer {

	private static final String SCHEMA_EXCEPTION = "org.hibernate.tool.schema.spi.SchemaManagementException";

	/**
	 * A table, view, column, schema, type or function does not exist: PostgreSQL's states
	 * and those that MySQL, MariaDB and H2 have in common, then those of H2 alone.
	 */
	private static final Set<String> MISSING = Set.of("42P01", "42703", "3F000", "42704", "42883", "42S02", "42S22",
			"42S03", "42S04", "90036", "90079");

	private final BeanFactory beanFactory;

	private final Environment environment;

	MissingSchemaFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		return isAheadOfInitializer() ? analyze(failure, "A bean", Collections.newSetFromMap(new IdentityHashMap<>()))
				: null;
	}

	private RunAt runAt() {
		return OnRunAtCondition.runAt(this.environment);
	}

	private boolean isAheadOfInitializer() {
		try {
			PropertyReader properties = new PropertyReader(this.environment);
			return properties.read("db-init.enabled", Boolean.class, true)
					&& properties.read("db-init.jdbc.enabled", Boolean.class, true) && runAt() != RunAt.CONTEXT_REFRESH
					&& !hasRun();
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			return false;
		}
	}

	private boolean hasRun() {
		return this.beanFactory instanceof SingletonBeanRegistry registry
				&& registry.getSingleton("dbInitializer") instanceof Initializer initializer
				&& initializer.report().state() != State.PENDING;
	}

	private @Nullable FailureAnalysis analyze(Throwable failure, String reader, Set<Throwable> seen) {
		if (!seen.add(failure) || failure instanceof InitializationException) {
			return null;
		}
		if (failure.getClass().getName().equals(SCHEMA_EXCEPTION)) {
			return analysis("JPA validated the schema before the initializer had made it", failure);
		}
		if (failure instanceof SQLException ex && ex.getSQLState() != null && MISSING.contains(ex.getSQLState())) {
			return analysis(reader + " needed a part of the schema that the initializer had not made yet", failure);
		}
		if (failure instanceof BeanCreationException ex && ex.getBeanName() != null) {
			reader = "Bean '" + ex.getBeanName() + "'";
		}
		FailureAnalysis analysis = (failure.getCause() != null) ? analyze(failure.getCause(), reader, seen) : null;
		if (analysis == null && failure instanceof SQLException ex && ex.getNextException() != null) {
			analysis = analyze(ex.getNextException(), reader, seen);
		}
		return analysis;
	}

	private FailureAnalysis analysis(String description, Throwable cause) {
		String action = "Annotate a bean of your own that reads the database when it is created with '@DependsOnDatabaseInitialization'.";
		return new FailureAnalysis(description + ": " + cause.getMessage(), (runAt() == RunAt.AUTO) ? action
				: "Set 'db-init.run-at' to 'auto', so that the databases are made complete before the beans that need them. "
						+ action,
				cause);
	}

}
