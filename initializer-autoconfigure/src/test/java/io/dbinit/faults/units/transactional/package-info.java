/**
 * Change units of the fault suite's service that need a transaction.
 */
package io.dbinit.faults.units.transactional;
