package io.dbinit;

import org.jspecify.annotations.Nullable;

/**
 * The versions of a migration tool on one database.
 *
 * @param current the newest migration that was applied, {@code null} if none was
 * @param latest the newest migration that the application has, {@code null} if it has
 * none
 * @param pending how many migrations are not applied yet
 */
public record MigrationVersions(@Nullable String current, @Nullable String latest, int pending) {
}
