package io.dbinit.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Parameter of a statement for the value of a column.
 *
 * @param expression the SQL expression with one parameter marker
 * @param value the value to bind
 */
record Parameter(String expression, @Nullable Object value) {
}
