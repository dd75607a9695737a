package io.dbinit.jdbc;

import java.sql.Connection;
import java.util.Set;

import io.dbinit.NearestWord;
import io.dbinit.Problem;
import io.dbinit.StepContext;
import io.dbinit.verify.Check;

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
		int dot = this.table.indexOf('.');
		String name = this.table.substring(dot + 1);
		Set<String> names = catalog.tables((dot > 0) ? this.table.substring(0, dot) : null).keySet();
		if (names.stream().noneMatch(name::equalsIgnoreCase)) {
			String nearest = NearestWord.find(name, names).map((near) -> ", but '" + near + "'").orElse("");
			context.problem(new Problem("table '" + this.table + "'", "to exist", "no such table" + nearest));
		}
	}

}
