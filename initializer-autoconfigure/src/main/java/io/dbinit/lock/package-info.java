/**
 * The lock of a database: a lease with an owner, a token and an expiry, its renewal and
 * the waiting for it.
 */
@NullMarked
package io.dbinit.lock;

import org.jspecify.annotations.NullMarked;
