/**
 * The engine: what one start does to the databases of a service, in plain Java.
 */
@NullMarked
package io.dbinit;

import org.jspecify.annotations.NullMarked;
