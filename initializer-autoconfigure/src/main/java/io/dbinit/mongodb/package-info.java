/**
 * MongoDB: the store of leases, journals and seeds, and the structure of collections.
 */
@NullMarked
package io.dbinit.mongodb;

import org.jspecify.annotations.NullMarked;
