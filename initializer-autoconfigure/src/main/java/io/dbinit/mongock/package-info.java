/**
 * Mongock: its change units as one step, and the adoption of applications that run it
 * themselves.
 */
@NullMarked
package io.dbinit.mongock;

import org.jspecify.annotations.NullMarked;
