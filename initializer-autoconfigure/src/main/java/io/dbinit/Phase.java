package io.dbinit;

/**
 * A part of a run. The phases follow each other in the order of this enum, and each
 * begins when the one before has ended on every database.
 */
public enum Phase {

	/** Make a backup, where one is configured. */
	BACKUP,

	/** Apply versioned migrations. */
	MIGRATE,

	/** Create and reconcile declared structure: collections, validators, indexes. */
	STRUCTURE,

	/** Write seed data. */
	SEED,

	/** Compare the database with its declarations. */
	VERIFY

}
