package io.dbinit.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

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
	 * JDBC URL for the connections of the starter itself, if they are not to use that of
	 * the data source. Must lead to the same database.
	 */
	private @Nullable String url;

	/**
	 * User for the connections of the starter itself, with the right to create tables. By
	 * default 'spring.liquibase.user', or the user of the data source.
	 */
	private @Nullable String user;

	/**
	 * Password of 'user'.
	 */
	private @Nullable String password;

	/**
	 * How long a statement of a step waits for a lock before it gives up and is tried
	 * again, so that the application's statements behind it go on. 0 for as long as the
	 * server lets it.
	 */
	private Duration lockTimeout = LockPatience.DEFAULT.timeout();

	/**
	 * How long a statement or transaction that waits for a lock is tried again.
	 */
	private Duration lockRetry = LockPatience.DEFAULT.limit();

	/**
	 * Verification at the end of a run.
	 */
	private final Verify verify = new Verify();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public @Nullable String getUser() {
		return this.user;
	}

	public void setUser(@Nullable String user) {
		this.user = user;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public Duration getLockTimeout() {
		return this.lockTimeout;
	}

	public void setLockTimeout(Duration lockTimeout) {
		this.lockTimeout = lockTimeout;
	}

	public Duration getLockRetry() {
		return this.lockRetry;
	}

	public void setLockRetry(Duration lockRetry) {
		this.lockRetry = lockRetry;
	}

	LockPatience patience() {
		return new LockPatience(this.lockTimeout, this.lockRetry);
	}

	Login login() {
		return new Login(this.url, this.user, this.password);
	}

	public Verify getVerify() {
		return this.verify;
	}

	/**
	 * Verification.
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
