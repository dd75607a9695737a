/**
 * Liquibase as one step: the application's own Liquibase beans, run under the lock of
 * their database and at the initializer's moment.
 */
@NullMarked
package io.dbinit.liquibase;

import org.jspecify.annotations.NullMarked;
