package io.dbinit.mongock;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the step that runs Mongock's change units.
 */
@ConfigurationProperties(prefix = "db-init.mongock", ignoreUnknownFields = false)
public class MongockProperties {

	/**
	 * Whether change units are run, and a Mongock that the application runs itself is
	 * adopted.
	 */
	private boolean enabled = true;

	/**
	 * Packages in which change units of the primary database are found, with those below.
	 * Those of the application's auto-configuration if empty.
	 */
	private List<String> packages = List.of();

	/**
	 * Whether change units run in transactions. Without it they do where the server is a
	 * replica set or a sharded cluster.
	 */
	private @Nullable Boolean transactional;

	/**
	 * How to treat a change unit that was begun without a transaction by a process which
	 * died.
	 */
	private InDoubt inDoubt = InDoubt.ROLL_BACK;

	/**
	 * Collection in which Mongock records the applied changes.
	 */
	private String changeLogCollection = "mongockChangeLog";

	/**
	 * Collection in which Mongock keeps its own lock.
	 */
	private String lockCollection = "mongockLock";

	/**
	 * Time within which a Mongock outside of the application renews its lock. One that is
	 * not renewed for so long was left by a dead process.
	 */
	private Duration lockRenewal = Duration.ofSeconds(25);

	/**
	 * Time to wait for a Mongock outside of the application that is at work.
	 */
	private Duration lockWait = Duration.ofMinutes(10);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getPackages() {
		return this.packages;
	}

	public void setPackages(List<String> packages) {
		this.packages = packages;
	}

	public @Nullable Boolean getTransactional() {
		return this.transactional;
	}

	public void setTransactional(@Nullable Boolean transactional) {
		this.transactional = transactional;
	}

	public InDoubt getInDoubt() {
		return this.inDoubt;
	}

	public void setInDoubt(InDoubt inDoubt) {
		this.inDoubt = inDoubt;
	}

	public String getChangeLogCollection() {
		return this.changeLogCollection;
	}

	public void setChangeLogCollection(String changeLogCollection) {
		this.changeLogCollection = changeLogCollection;
	}

	public String getLockCollection() {
		return this.lockCollection;
	}

	public void setLockCollection(String lockCollection) {
		this.lockCollection = lockCollection;
	}

	public Duration getLockRenewal() {
		return this.lockRenewal;
	}

	public void setLockRenewal(Duration lockRenewal) {
		this.lockRenewal = lockRenewal;
	}

	public Duration getLockWait() {
		return this.lockWait;
	}

	public void setLockWait(Duration lockWait) {
		this.lockWait = lockWait;
	}

	/**
	 * Treatment of a change unit that a dead process may have applied in part.
	 */
	public enum InDoubt {

		/** Call its rollback method, then run it. */
		ROLL_BACK,

		/** Run it again, as Mongock does. */
		REPEAT,

		/** Fail the start. */
		FAIL

	}

}
