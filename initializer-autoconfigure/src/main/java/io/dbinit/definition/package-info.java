/**
 * Reading of definition files: YAML and JSON as trees whose nodes know their place, and
 * look-ups of files on the class path.
 */
@NullMarked
package io.dbinit.definition;

import org.jspecify.annotations.NullMarked;
