package io.dbinit;

import java.time.Instant;
import java.util.Map;

/**
 * A plan of an application, as a database remembers it from its first attempt on.
 *
 * @param position its place in the order in which plans were attempted
 * @param seenAt when it was attempted
 * @param release the release that attempted it
 * @param reverted whether an older plan was applied in its place on purpose, so that it
 * is newer again when it returns
 * @param steps the fingerprint of each step, by its name
 */
public record PlanRecord(int position, Instant seenAt, Release release, boolean reverted, Map<String, String> steps) {
}
