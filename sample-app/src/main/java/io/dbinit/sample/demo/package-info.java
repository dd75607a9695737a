/**
 * Code of the default profile, in addition to its definition files.
 */
@NullMarked
package io.dbinit.sample.demo;

import org.jspecify.annotations.NullMarked;
