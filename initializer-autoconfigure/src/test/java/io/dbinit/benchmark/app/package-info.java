/**
 * The small service whose starts are measured.
 */
package io.dbinit.benchmark.app;
