/**
 * The steps that run the application's Flyway beans.
 */
@NullMarked
package io.dbinit.flyway;

import org.jspecify.annotations.NullMarked;
