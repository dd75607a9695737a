package io.dbinit;

/**
 * Version of the tables or documents in which a database keeps the records of the
 * starter. A release upgrades an older layout under the lock. Upgrades add to a layout,
 * so that an older release goes on with a newer one, unless the newer one requires more.
 *
 * @param number the version of the layout, 1 if none is recorded
 * @param required the version that a release must know to work with this layout
 */
public record LayoutVersion(int number, int required) {

	/** Layout of a database in which no version is recorded. */
	public static final LayoutVersion FIRST = new LayoutVersion(1, 1);

	/**
	 * Check that a release can work with this layout.
	 * @param database the name of the database
	 * @param known the version that the release knows
	 * @throws InitializationException if the layout requires a newer release
	 */
	public void requireReadableBy(String database, int known) {
		if (this.required > known) {
			throw new InitializationException(
					"The records of the starter in '%s' have version %d, which requires a release that knows version %d: this one knows version %d"
						.formatted(database, this.number, this.required, known),
					"Start the application with a newer release of the starter. Nothing was changed.", null);
		}
	}

}
