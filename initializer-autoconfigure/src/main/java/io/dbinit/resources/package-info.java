/**
 * What a start needs to know of the files on its class path.
 */
@NullMarked
package io.dbinit.resources;

import org.jspecify.annotations.NullMarked;
