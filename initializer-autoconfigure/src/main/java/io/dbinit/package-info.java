/**
 * The engine: one start and its work on the databases of a service, in plain Java.
 */
@NullMarked
package io.dbinit;

import org.jspecify.annotations.NullMarked;
