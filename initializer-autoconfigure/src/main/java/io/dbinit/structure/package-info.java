/**
 * Verification: what was declared is compared with what the databases hold.
 */
@NullMarked
package io.dbinit.structure;

import org.jspecify.annotations.NullMarked;
