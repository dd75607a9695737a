package io.dbinit.benchmark;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Migrations in the format of a tool: each in its own file, and each of the SQL ones
 * creates the same table.
 */
enum Migrations {

	NONE {

		@Override
		void add(Map<String, byte[]> files, String number) {
		}

	},

	LIQUIBASE_SQL {

		@Override
		void add(Map<String, byte[]> files, String number) {
			files.put(MASTER, bytes(INCLUDE_ALL));
			files.put("db/changelog/changes/" + number + ".sql", bytes("""
					--liquibase formatted sql

					--changeset benchmark:%s
					%s
					""".formatted(number, table(number))));
		}

	},

	LIQUIBASE_YAML {

		@Override
		void add(Map<String, byte[]> files, String number) {
			files.put(MASTER, bytes(INCLUDE_ALL));
			files.put("db/changelog/changes/" + number + ".yaml", bytes("""
					databaseChangeLog:
					- changeSet:
					    id: "%1$s"
					    author: benchmark
					    changes:
					    - createTable:
					        tableName: t_%1$s
					        columns:
					        - column: { name: id, type: bigint, constraints: { primaryKey: true } }
					        - column: { name: name, type: varchar(100), constraints: { nullable: false } }
					        - column: { name: created_at, type: timestamp }
					""".formatted(number)));
		}

	},

	FLYWAY {

		@Override
		void add(Map<String, byte[]> files, String number) {
			files.put("db/migration/V%1$s__create_t_%1$s.sql".formatted(number), bytes(table(number)));
		}

	},

	CHANGE_UNITS {

		@Override
		void add(Map<String, byte[]> files, String number) {
			files.put(ChangeUnitWriter.file(number), ChangeUnitWriter.write(number));
		}

	};

	private static final String MASTER = "db/changelog/db.changelog-master.yaml";

	private static final String INCLUDE_ALL = """
			databaseChangeLog:
			- includeAll:
			    path: db/changelog/changes/
			""";

	abstract void add(Map<String, byte[]> files, String number);

	Map<String, byte[]> files(int count) {
		Map<String, byte[]> files = new TreeMap<>();
		for (int i = 1; i <= count; i++) {
			add(files, "%05d".formatted(i));
		}
		return files;
	}

	private static String table(String number) {
		return """
				create table t_%s (
					id bigint primary key,
					name varchar(100) not null,
					created_at timestamp
				);
				""".formatted(number);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
