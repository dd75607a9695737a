/**
 * The fault suite: real processes of a small service that are started together, killed,
 * frozen, cut off, misled about the time and refused, and databases that must hold the
 * same in the end as if nothing had happened.
 */
package io.dbinit.faults;
