package io.dbinit.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Names the property that helps where JPA validates a schema which the initializer would
 * only create later. Hibernate is known by the name of its exception, as it is not always
 * there.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class MissingSchemaFailureAnalyzer implements FailureAnalyzer {

	private static final String SCHEMA_EXCEPTION = "org.hibernate.tool.schema.spi.SchemaManagementException";

	private final Environment environment;

	MissingSchemaFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String runAt = this.environment.getProperty("db-init.run-at", "application-runner");
		boolean enabled = this.environment.getProperty("db-init.enabled", Boolean.class, true);
		if (!enabled || !"application-runner".equals(runAt)) {
			return null;
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause.getClass().getName().equals(SCHEMA_EXCEPTION)) {
				return new FailureAnalysis(
						"JPA validated the schema before the initializer had made it: " + cause.getMessage(),
						"Set 'db-init.run-at' to 'context-refresh', so that the databases are made complete before the beans that need them.",
						cause);
			}
		}
		return null;
	}

}
