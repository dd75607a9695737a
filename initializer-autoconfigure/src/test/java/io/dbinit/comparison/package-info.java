/**
 * Comparison of starts with those of plain Spring Boot.
 */
package io.dbinit.comparison;
