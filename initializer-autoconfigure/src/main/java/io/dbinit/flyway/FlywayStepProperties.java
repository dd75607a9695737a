package io.dbinit.flyway;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the steps that run Flyway.
 */
@ConfigurationProperties("db-init.flyway")
public class FlywayStepProperties {

	/**
	 * Whether the application's Flyway beans are run by the initializer.
	 */
	private boolean enabled = true;

	/**
	 * Order of Flyway and Liquibase in a database that both migrate.
	 */
	private @Nullable Order order;

	/**
	 * Answer to the question whether a migration that was begun and not recorded was
	 * applied. To be set for one start.
	 */
	private InDoubt inDoubt = InDoubt.FAIL;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Order getOrder() {
		return this.order;
	}

	public void setOrder(@Nullable Order order) {
		this.order = order;
	}

	public InDoubt getInDoubt() {
		return this.inDoubt;
	}

	public void setInDoubt(InDoubt inDoubt) {
		this.inDoubt = inDoubt;
	}

	/**
	 * Order of two tools.
	 */
	public enum Order {

		/** Flyway migrates first. */
		BEFORE_LIQUIBASE,

		/** Liquibase migrates first. */
		AFTER_LIQUIBASE

	}

	/**
	 * Treatment of a migration that was begun and not recorded, on a database that cannot
	 * roll it back.
	 */
	public enum InDoubt {

		/** Fail the start. */
		FAIL,

		/** Treat the migration as not applied: remove its record, and apply it. */
		NOT_APPLIED

	}

}
