/**
 * Backup and restore: the archive, its retention, and the port to the contents of a
 * database.
 */
@NullMarked
package io.dbinit.transfer;

import org.jspecify.annotations.NullMarked;
