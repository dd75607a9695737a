/**
 * Seeding: data that a database must hold, from files and from beans, under conditions.
 */
@NullMarked
package io.dbinit.seed;

import org.jspecify.annotations.NullMarked;
