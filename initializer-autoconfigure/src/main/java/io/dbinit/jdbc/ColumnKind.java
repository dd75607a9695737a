package io.dbinit.jdbc;

import java.sql.Types;

/**
 * Kind of a column, which decides how a value is read.
 */
enum ColumnKind {

	/** Text. */
	TEXT,

	/** Whole number. */
	INTEGER,

	/** Number with a fixed or unlimited number of digits. */
	DECIMAL,

	/** Floating-point number. */
	FLOAT,

	/** True or false. */
	BOOLEAN,

	/** Bytes. */
	BINARY,

	/** Date. */
	DATE,

	/** Time of the day. */
	TIME,

	/** Time of the day with an offset. */
	OFFSET_TIME,

	/** Date and time without an offset. */
	DATE_TIME,

	/** Point in time. */
	INSTANT,

	/** JSON. */
	JSON,

	/** Array. */
	ARRAY,

	/** Other type, which the database reads from a text. */
	OTHER;

	/**
	 * Return the kind of a standard type.
	 * @param type the type in {@link Types}
	 * @return the kind
	 */
	static ColumnKind of(int type) {
		return switch (type) {
			case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR,
					Types.CLOB, Types.NCLOB ->
				TEXT;
			case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> INTEGER;
			case Types.NUMERIC, Types.DECIMAL -> DECIMAL;
			case Types.REAL, Types.FLOAT, Types.DOUBLE -> FLOAT;
			case Types.BIT, Types.BOOLEAN -> BOOLEAN;
			case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BINARY;
			case Types.DATE -> DATE;
			case Types.TIME -> TIME;
			case Types.TIME_WITH_TIMEZONE -> OFFSET_TIME;
			case Types.TIMESTAMP -> DATE_TIME;
			case Types.TIMESTAMP_WITH_TIMEZONE -> INSTANT;
			case Types.ARRAY -> ARRAY;
			default -> OTHER;
		};
	}

}
