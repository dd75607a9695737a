/**
 * Change units of a service.
 */
package io.dbinit.mongock.units.template;
