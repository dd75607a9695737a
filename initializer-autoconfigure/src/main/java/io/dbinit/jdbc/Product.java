package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import io.dbinit.InitializationException;

/**
 * What differs between the database products in statements that all of them understand
 * otherwise.
 */
enum Product {

	/** PostgreSQL. */
	POSTGRESQL("timestamp(6)", "text", "", "(clock_timestamp() at time zone 'UTC')",
			"(clock_timestamp() at time zone 'UTC') + ? * interval '1 millisecond'",
			"current_setting('transaction_read_only') = 'on'"),

	/** MySQL. */
	MYSQL("datetime(6)", "longtext", " engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin",
			"utc_timestamp(6)", "timestampadd(microsecond, ? * 1000, utc_timestamp(6))",
			"@@global.read_only not in ('0', 'OFF')"),

	/** MariaDB. */
	MARIADB(MYSQL),

	/** H2. */
	H2("timestamp(6)", "character large object", "", "cast(current_timestamp(6) at time zone 'UTC' as timestamp(6))",
			"dateadd(millisecond, ?, cast(current_timestamp(6) at time zone 'UTC' as timestamp(6)))", "readonly()");

	private final String timestampType;

	private final String textType;

	private final String tableOptions;

	private final String now;

	private final String nowPlusMillis;

	private final String readOnly;

	Product(String timestampType, String textType, String tableOptions, String now, String nowPlusMillis,
			String readOnly) {
		this.timestampType = timestampType;
		this.textType = textType;
		this.tableOptions = tableOptions;
		this.now = now;
		this.nowPlusMillis = nowPlusMillis;
		this.readOnly = readOnly;
	}

	Product(Product other) {
		this(other.timestampType, other.textType, other.tableOptions, other.now, other.nowPlusMillis, other.readOnly);
	}

	/**
	 * Tell the product from what the driver knows, which asks nothing of the server.
	 * @param metadata the metadata of a connection
	 * @return the product
	 * @throws SQLException if the connection is broken
	 */
	static Product of(DatabaseMetaData metadata) throws SQLException {
		String name = metadata.getDatabaseProductName();
		return switch (name) {
			case "PostgreSQL" -> POSTGRESQL;
			case "MariaDB" -> MARIADB;
			case "MySQL" -> metadata.getDatabaseProductVersion().contains("MariaDB") ? MARIADB : MYSQL;
			case "H2" -> H2;
			default -> throw new InitializationException("The database product '" + name + "' is not supported",
					"Use PostgreSQL, MySQL, MariaDB or H2, or exclude this database with 'db-init.jdbc.enabled=false'.",
					null);
		};
	}

	static Product of(Connection connection) throws SQLException {
		return of(connection.getMetaData());
	}

	String timestampType() {
		return this.timestampType;
	}

	String textType() {
		return this.textType;
	}

	String tableOptions() {
		return this.tableOptions;
	}

	/**
	 * Return the expression for the present time, the clock's even within a transaction
	 * where the product has one.
	 * @return the expression
	 */
	String now() {
		return this.now;
	}

	/**
	 * Return the expression for a time that is a parameter's milliseconds ahead.
	 * @return the expression
	 */
	String nowPlusMillis() {
		return this.nowPlusMillis;
	}

	/**
	 * Return the condition that is true where the server refuses writes.
	 * @return the condition
	 */
	String readOnly() {
		return this.readOnly;
	}

	/**
	 * Return whether a change of the schema is part of a transaction, rather than
	 * committed by itself.
	 * @return whether it can be rolled back
	 */
	boolean hasTransactionalDdl() {
		return this == POSTGRESQL;
	}

	Sessions sessions() {
		return Sessions.of(this);
	}

	Parameters parameters() {
		return Parameters.of(this);
	}

}
