/**
 * Change units of the fault suite's service that work without transactions.
 */
package io.dbinit.faults.units.plain;
