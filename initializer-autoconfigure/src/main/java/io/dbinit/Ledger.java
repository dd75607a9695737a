package io.dbinit;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The table or collection in which a migration tool records the migrations that it has
 * applied. The look at a database reads a digest of it, computed by the server: the
 * number of its records, the highest order and a hash of some columns. So a start notices
 * that the records were changed by another program.
 *
 * @param schema the schema of the table, or the catalog on MySQL and MariaDB;
 * {@code null} for that of the connection
 * @param name the name of the table or collection
 * @param order the column that grows from record to record
 * @param columns the columns to hash
 * @param quoted whether the tool quotes these names, so that their case counts
 */
public record Ledger(@Nullable String schema, String name, String order, List<String> columns, boolean quoted) {

	/**
	 * Create a ledger whose names are quoted only where they have to be.
	 * @param schema the schema of the table, {@code null} for that of the connection
	 * @param name the name of the table or collection
	 * @param order the column that grows from record to record
	 * @param columns the columns to hash
	 */
	public Ledger(@Nullable String schema, String name, String order, List<String> columns) {
		this(schema, name, order, columns, false);
	}

}
