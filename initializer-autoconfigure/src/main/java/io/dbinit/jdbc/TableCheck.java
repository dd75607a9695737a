package io.dbinit.jdbc;

import java.sql.Connection;

import io.dbinit.InitializationException;
import io.dbinit.Mismatch;
import io.dbinit.StepContext;
import io.dbinit.structure.Check;

import org.springframework.util.StringUtils;

/**
 * Checks that a table or view exists.
 *
 * @param table its name, with or without its schema
 */
record TableCheck(String table) implements Check {

	@Override
	public String fingerprint() {
		return "table " + this.table;
	}

	@Override
	public void check(StepContext context) throws Exception {
		Catalog catalog = new Catalog(context.unwrap(Connection.class));
		try {
			catalog.table(this.table);
		}
		catch (InitializationException ex) {
			context.mismatch(new Mismatch("table '" + this.table + "'", "to exist",
					StringUtils.uncapitalize(String.valueOf(ex.getMessage()))));
		}
	}

}
