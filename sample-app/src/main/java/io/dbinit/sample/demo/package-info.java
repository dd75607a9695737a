/**
 * What the default profile has beyond its definition files.
 */
@NullMarked
package io.dbinit.sample.demo;

import org.jspecify.annotations.NullMarked;
