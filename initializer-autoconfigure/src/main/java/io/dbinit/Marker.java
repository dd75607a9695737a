package io.dbinit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The record of an application in a database, as one read returns it.
 *
 * @param product the product and its version, like {@code PostgreSQL 17.11}
 * @param readOnly whether the database refuses writes, as a standby does
 * @param createdAt when the database was marked, {@code null} if it never was
 * @param environment the environment whose data it holds, {@code null} if it never said
 * @param complete whether the last run succeeded, and no other has begun since
 * @param steps the fingerprint of each step that succeeded, by its name
 * @param versions the versions of each migration tool after the last run, by its step's
 * name
 * @param ledgers the digest of each ledger that was asked for and can be read
 * @param others the fingerprints that other applications recorded, by the name of the
 * step; empty once the application has completed a run
 * @param release the release of the application that worked on the database last
 * @param releaseSince when it first did, {@code null} if that is not known
 */
public record Marker(String product, boolean readOnly, @Nullable Instant createdAt, @Nullable String environment,
		boolean complete, Map<String, String> steps, Map<String, MigrationVersions> versions,
		Map<Ledger, String> ledgers, Map<String, List<String>> others, Release release,
		@Nullable Instant releaseSince) {

	/** The record of a restore, which is that of no step of a plan. */
	static final String RESTORE = "restore";

	/** Begins the record until everything is restored. */
	static final String RESTORING = "restoring ";

	/**
	 * Create a marker for which no records of other applications or releases were read.
	 * @param product the product and its version
	 * @param readOnly whether the database refuses writes
	 * @param createdAt when the database was marked
	 * @param environment the environment whose data it holds
	 * @param complete whether the last run succeeded
	 * @param steps the fingerprint of each step that succeeded
	 * @param versions the versions of each migration tool
	 * @param ledgers the digest of each ledger
	 */
	public Marker(String product, boolean readOnly, @Nullable Instant createdAt, @Nullable String environment,
			boolean complete, Map<String, String> steps, Map<String, MigrationVersions> versions,
			Map<Ledger, String> ledgers) {
		this(product, readOnly, createdAt, environment, complete, steps, versions, ledgers, Map.of(), Release.UNKNOWN,
				null);
	}

	/**
	 * Create a marker for which no ledger was read.
	 * @param product the product and its version
	 * @param readOnly whether the database refuses writes
	 * @param createdAt when the database was marked
	 * @param environment the environment whose data it holds
	 * @param complete whether the last run succeeded
	 * @param steps the fingerprint of each step that succeeded
	 * @param versions the versions of each migration tool
	 */
	public Marker(String product, boolean readOnly, @Nullable Instant createdAt, @Nullable String environment,
			boolean complete, Map<String, String> steps, Map<String, MigrationVersions> versions) {
		this(product, readOnly, createdAt, environment, complete, steps, versions, Map.of());
	}

	/**
	 * Return the marker of a database that was never worked on.
	 * @param product the product and its version
	 * @param readOnly whether it refuses writes
	 * @return a marker with nothing in it
	 */
	public static Marker none(String product, boolean readOnly) {
		return new Marker(product, readOnly, null, null, false, Map.of(), Map.of());
	}

	/**
	 * Return this marker with the steps that the application takes over from the records
	 * of others: those of the same name and fingerprint, as of an application that was
	 * renamed.
	 * @param steps the steps of the application
	 * @return the marker
	 */
	Marker takenOver(List<Step> steps) {
		if (this.others.isEmpty()) {
			return this;
		}
		Map<String, String> recorded = new LinkedHashMap<>(this.steps);
		for (Step step : steps) {
			for (String other : this.others.getOrDefault(step.name(), List.of())) {
				if (isUpToDate(step, other) && isSame(step, other)) {
					recorded.putIfAbsent(step.name(), other);
				}
			}
		}
		return new Marker(this.product, this.readOnly, this.createdAt, this.environment, this.complete, recorded,
				this.versions, this.ledgers, Map.of(), this.release, this.releaseSince);
	}

	/**
	 * Return this marker with another environment.
	 * @param environment the environment whose data the database holds
	 * @return the marker
	 */
	Marker stamped(String environment) {
		return new Marker(this.product, this.readOnly, this.createdAt, environment, this.complete, this.steps,
				this.versions, this.ledgers, this.others, this.release, this.releaseSince);
	}

	/**
	 * Return this marker as that of a database which refuses writes.
	 */
	Marker asReadOnly() {
		return new Marker(this.product, true, this.createdAt, this.environment, this.complete, this.steps,
				this.versions, this.ledgers, this.others, this.release, this.releaseSince);
	}

	/**
	 * Return the recorded steps without the digests of their ledgers.
	 * @param steps the steps of the application
	 * @return the fingerprints, by the name of the step
	 */
	Map<String, String> fingerprints(List<Step> steps) {
		Map<String, String> fingerprints = new LinkedHashMap<>(this.steps);
		for (Step step : steps) {
			if (step.ledger().isPresent()) {
				fingerprints.computeIfPresent(step.name(),
						(name, recorded) -> recorded.substring(recorded.indexOf('\n') + 1));
			}
		}
		return fingerprints;
	}

	/**
	 * A step that is up to date by its mode alone may have another definition.
	 */
	static boolean isSame(Step step, String recorded) {
		return step.runPolicy() == RunPolicy.ALWAYS || step.keptFingerprint(recorded).equals(step.fingerprint());
	}

	/**
	 * Return whether a step has nothing to do on this database.
	 * @param step the step
	 * @return whether its fingerprint is recorded, and its ledger was not changed since
	 */
	public boolean isUpToDate(Step step) {
		String recorded = this.steps.get(step.name());
		return recorded != null && isUpToDate(step, recorded);
	}

	/**
	 * Return the backup of which the database holds a part, because its restore was
	 * killed.
	 * @return the name of the backup, or empty if the database is whole
	 */
	public Optional<String> partialRestore() {
		return Optional.ofNullable(this.steps.get(RESTORE))
			.filter((recorded) -> recorded.startsWith(RESTORING))
			.map((recorded) -> recorded.substring(RESTORING.length()));
	}

	private boolean isUpToDate(Step step, String recorded) {
		Optional<Ledger> ledger = step.ledger();
		if (ledger.isEmpty()) {
			return step.isUpToDate(recorded);
		}
		String prefix = prefix(ledger.get());
		return recorded.startsWith(prefix) && step.isUpToDate(recorded.substring(prefix.length()));
	}

	/**
	 * Return the record of a step that succeeded on this database.
	 * @param ledger the ledger of the step
	 * @param fingerprint the fingerprint of the step
	 * @return the text to record
	 */
	String record(Ledger ledger, String fingerprint) {
		return prefix(ledger) + fingerprint;
	}

	/**
	 * Return how the record of a step begins that was recorded with a ledger.
	 * @param ledger the ledger
	 * @return the beginning
	 */
	String prefix(Ledger ledger) {
		return this.ledgers.getOrDefault(ledger, "") + "\n";
	}

}
