package io.dbinit;

/**
 * A part of a run. The phases follow each other in the order in which they stand here,
 * and the next one begins when the one before has ended on every database.
 */
public enum Phase {

	/** Save what there is, where it was asked for. */
	BACKUP,

	/** Apply versioned migrations. */
	MIGRATE,

	/** Create and reconcile what is declared: collections, validators, indexes. */
	STRUCTURE,

	/** Put data in. */
	SEED,

	/** Compare what there is with what was declared. */
	VERIFY

}
