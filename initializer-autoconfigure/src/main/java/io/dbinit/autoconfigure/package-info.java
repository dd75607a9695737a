/**
 * Core wiring: the properties, the initializer, the moment at which it runs, and the
 * analysis of its failures.
 */
@NullMarked
package io.dbinit.autoconfigure;

import org.jspecify.annotations.NullMarked;
