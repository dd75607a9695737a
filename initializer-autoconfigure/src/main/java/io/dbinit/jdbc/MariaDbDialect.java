package io.dbinit.jdbc;

/**
 * MariaDB, with its driver.
 */
final class MariaDbDialect extends MySqlDialect {

	@Override
	String readOnly() {
		return "@@global.read_only not in ('0', 'OFF') or @@session.tx_read_only not in ('0', 'OFF')";
	}

	@Override
	boolean hasSocketFactory() {
		return true;
	}

}
