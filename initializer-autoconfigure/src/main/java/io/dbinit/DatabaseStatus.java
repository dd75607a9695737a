package io.dbinit;

import java.util.List;

import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The state of a database in relation to the plan, read without a lock.
 *
 * @param name its name in the plan
 * @param error why it could not be read, {@code null} if it could
 * @param marker the records of the application in it
 * @param complete whether the application has nothing to do on it
 * @param pending the names of the steps that are not up to date
 * @param holder the holder of the lock, {@code null} if there is none or it cannot be
 * read
 * @param limitations the findings of the read, like a newer release
 * @param runs the newest runs
 */
public record DatabaseStatus(String name, @Nullable String error, Marker marker, boolean complete, List<String> pending,
		@Nullable Lease holder, List<String> limitations, List<Report.RunReport> runs) {
}
