/**
 * Verification of databases against their declarations.
 */
@NullMarked
package io.dbinit.structure;

import org.jspecify.annotations.NullMarked;
