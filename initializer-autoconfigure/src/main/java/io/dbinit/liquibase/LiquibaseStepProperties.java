package io.dbinit.liquibase;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the step that runs Liquibase. What Liquibase does is configured with
 * Spring Boot's own properties of Liquibase.
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
	 * What to take for true of a change that was begun and not recorded, where the
	 * database cannot tell.
	 */
	public enum InDoubt {

		/** It is not known: the start fails. */
		FAIL,

		/** It was applied: the rest of its changeset is. */
		APPLIED,

		/** It was not applied, or was undone: it is applied with the rest. */
		NOT_APPLIED

	}

}
