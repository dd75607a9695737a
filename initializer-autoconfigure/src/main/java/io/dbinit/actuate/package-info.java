/**
 * The faces of the initializer at run time: endpoint, health, metrics and observations,
 * all of which read its report.
 */
@NullMarked
package io.dbinit.actuate;

import org.jspecify.annotations.NullMarked;
