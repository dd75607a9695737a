package io.dbinit;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The record of a database, as one read returns it.
 *
 * @param product the product and its version, like {@code PostgreSQL 17.11}
 * @param readOnly whether the database refuses writes, as a standby does
 * @param createdAt when the database was marked, {@code null} if it never was
 * @param environment the environment whose data it holds, {@code null} if it never said
 * @param complete whether the last run succeeded, and no other has begun since
 * @param steps the fingerprint of each step that succeeded, by its name
 * @param versions the versions of each migration tool after the last run, by its step's
 * name
 */
public record Marker(String product, boolean readOnly, @Nullable Instant createdAt, @Nullable String environment,
		boolean complete, Map<String, String> steps, Map<String, MigrationVersions> versions) {

	/**
	 * Return the marker of a database that was never worked on.
	 * @param product the product and its version
	 * @param readOnly whether it refuses writes
	 * @return a marker with nothing in it
	 */
	public static Marker none(String product, boolean readOnly) {
		return new Marker(product, readOnly, null, null, false, Map.of(), Map.of());
	}

}
