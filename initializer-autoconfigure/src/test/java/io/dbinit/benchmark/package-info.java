/**
 * Measures what a start costs, beside other tools, in fresh JVMs.
 */
package io.dbinit.benchmark;
