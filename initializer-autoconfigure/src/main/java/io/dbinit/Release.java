package io.dbinit;

import java.lang.module.ModuleDescriptor.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * A release of an application.
 *
 * @param version its version, like {@code 2.3.1}; {@code null} if it is not known
 * @param time when it was built or committed, to the millisecond; {@code null} if it is
 * not known
 */
public record Release(@Nullable String version, @Nullable Instant time) {

	/** A release of which nothing is known. */
	public static final Release UNKNOWN = new Release(null, null);

	private static final int MAX_VERSION = 255;

	/**
	 * Create a release.
	 * @throws InitializationException if the version cannot be stored or printed
	 */
	public Release {
		if (version != null) {
			Names.require("Release", version, MAX_VERSION);
		}
		time = (time != null) ? time.truncatedTo(ChronoUnit.MILLIS) : null;
	}

	/**
	 * Return whether this release is known to be older than another: it was built
	 * earlier, or, where the times do not tell, its version is less in the order of
	 * {@link Version}.
	 * @param other the other release
	 * @return whether it is older; {@code false} if nothing tells
	 */
	public boolean isOlderThan(Release other) {
		if (this.time != null && other.time != null && !this.time.equals(other.time)) {
			return this.time.isBefore(other.time);
		}
		return this.version != null && other.version != null && isLess(this.version, other.version);
	}

	/**
	 * Return whether it is known which of two releases is the older one, or that they are
	 * the same build. Equal versions alone do not tell, as those of snapshots are.
	 * @param other the other release
	 * @return whether the order of the two is known
	 */
	public boolean isComparableTo(Release other) {
		return (this.time != null && equals(other)) || isOlderThan(other) || other.isOlderThan(this);
	}

	private static boolean isLess(String version, String other) {
		return isOrdered(version) && isOrdered(other) && Version.parse(version).compareTo(Version.parse(other)) < 0;
	}

	/**
	 * Return whether a version has a place in the order of versions, as {@code 2.3.1} has
	 * and the hash of a commit may not have.
	 * @param version the version
	 * @return whether it can be compared
	 */
	public static boolean isOrdered(String version) {
		try {
			Version.parse(version);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		if (this.version == null) {
			return (this.time != null) ? "built at " + this.time : "unknown";
		}
		return (this.time != null) ? this.version + ", built at " + this.time : this.version;
	}

}
