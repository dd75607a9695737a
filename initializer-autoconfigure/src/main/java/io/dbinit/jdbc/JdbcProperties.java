package io.dbinit.jdbc;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the SQL database.
 */
@ConfigurationProperties(prefix = "db-init.jdbc", ignoreUnknownFields = false)
public class JdbcProperties {

	/**
	 * Whether the database of the primary data source is initialized.
	 */
	private boolean enabled = true;

	/**
	 * What is verified after everything else was done.
	 */
	private final Verify verify = new Verify();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Verify getVerify() {
		return this.verify;
	}

	/**
	 * What is verified.
	 */
	public static class Verify {

		/**
		 * Names of the tables and views that must exist, with or without their schema.
		 */
		private List<String> tables = new ArrayList<>();

		public List<String> getTables() {
			return this.tables;
		}

		public void setTables(List<String> tables) {
			this.tables = tables;
		}

	}

}
