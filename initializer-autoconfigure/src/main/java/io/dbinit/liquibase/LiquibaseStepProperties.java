package io.dbinit.liquibase;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the step that runs Liquibase. Liquibase itself is configured with Spring
 * Boot's own properties of Liquibase.
 */
@ConfigurationProperties(prefix = "db-init.liquibase", ignoreUnknownFields = false)
public class LiquibaseStepProperties {

	/**
	 * Whether the application's Liquibase beans are run by the initializer.
	 */
	private boolean enabled = true;

	/**
	 * Answer to the question whether a change that was begun and not recorded was
	 * applied, where the database cannot tell. To be set for one start.
	 */
	private InDoubt inDoubt = InDoubt.FAIL;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public InDoubt getInDoubt() {
		return this.inDoubt;
	}

	public void setInDoubt(InDoubt inDoubt) {
		this.inDoubt = inDoubt;
	}

	/**
	 * Treatment of a change that was begun and not recorded, where the database cannot
	 * tell whether it is applied.
	 */
	public enum InDoubt {

		/** Fail the start. */
		FAIL,

		/** Treat the change as applied and continue with the rest of the changeset. */
		APPLIED,

		/**
		 * Treat the change as not applied, and apply it with the rest of the changeset.
		 */
		NOT_APPLIED

	}

}
