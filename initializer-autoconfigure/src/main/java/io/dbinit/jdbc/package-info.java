/**
 * The store for PostgreSQL, MySQL, MariaDB and H2: lease, journal, seeds and checks.
 */
@NullMarked
package io.dbinit.jdbc;

import org.jspecify.annotations.NullMarked;
