package io.dbinit.jdbc;

/**
 * MariaDB, with the driver of its own.
 */
final class MariaDbDialect extends MySqlDialect {

	@Override
	boolean hasSocketFactory() {
		return true;
	}

}
