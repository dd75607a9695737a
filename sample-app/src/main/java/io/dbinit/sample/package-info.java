/**
 * The starter at work: a web service that shows the data its databases began with.
 */
@NullMarked
package io.dbinit.sample;

import org.jspecify.annotations.NullMarked;
