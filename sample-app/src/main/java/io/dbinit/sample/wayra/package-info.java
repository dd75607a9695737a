/**
 * The migrations of the profile {@code wayra}.
 */
@NullMarked
package io.dbinit.sample.wayra;

import org.jspecify.annotations.NullMarked;
