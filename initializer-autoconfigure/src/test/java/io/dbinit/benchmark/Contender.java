package io.dbinit.benchmark;

import java.util.List;
import java.util.stream.Stream;

import io.dbinit.benchmark.app.Works;

/**
 * What is measured: a tool, with the JARs that it adds to the service.
 */
enum Contender {

	SELECT("a connection and one `SELECT`", Works.Select.class, Migrations.NONE, ClassPath.JDBC),

	OURS("**the initializer**, with Liquibase's SQL changelog", Works.Ours.class, Migrations.LIQUIBASE_SQL,
			ClassPath.JDBC, ClassPath.LIQUIBASE, ClassPath.OURS),

	OURS_AT_RUNNER("the initializer, always in an application runner", Works.Ours.class, Migrations.LIQUIBASE_SQL,
			ClassPath.JDBC, ClassPath.LIQUIBASE, ClassPath.OURS),

	FLYWAY("Flyway", Works.Flyway.class, Migrations.FLYWAY, ClassPath.JDBC, ClassPath.FLYWAY),

	LIQUIBASE_SQL("Spring Boot's Liquibase, SQL", Works.Liquibase.class, Migrations.LIQUIBASE_SQL, ClassPath.JDBC,
			ClassPath.LIQUIBASE),

	LIQUIBASE_YAML("Spring Boot's Liquibase, YAML", Works.Liquibase.class, Migrations.LIQUIBASE_YAML, ClassPath.JDBC,
			ClassPath.LIQUIBASE),

	FIND("a client and one `find`", Works.Find.class, Migrations.NONE, ClassPath.MONGODB),

	OURS_MONGODB("**the initializer**, with Mongock's change units", Works.Ours.class, Migrations.CHANGE_UNITS,
			ClassPath.MONGODB, ClassPath.MONGOCK, ClassPath.OURS),

	MONGOCK("Mongock", Works.Mongock.class, Migrations.CHANGE_UNITS, ClassPath.MONGODB, ClassPath.MONGOCK);

	private final String title;

	private final Class<?> work;

	private final Migrations migrations;

	private final List<ClassPath> classPath;

	Contender(String title, Class<?> work, Migrations migrations, ClassPath... classPath) {
		this.title = title;
		this.work = work;
		this.migrations = migrations;
		this.classPath = Stream.concat(Stream.of(ClassPath.SPRING), Stream.of(classPath)).toList();
	}

	String title() {
		return this.title;
	}

	Class<?> work() {
		return this.work;
	}

	Migrations migrations() {
		return this.migrations;
	}

	List<ClassPath> classPath() {
		return this.classPath;
	}

	/**
	 * Return the arguments of the service beside those of the database.
	 */
	List<String> arguments() {
		return (this == OURS_AT_RUNNER) ? List.of("--db-init.run-at=application-runner") : List.of();
	}

	boolean isSql() {
		return this.classPath.contains(ClassPath.JDBC);
	}

	boolean isBare() {
		return this.migrations == Migrations.NONE;
	}

	Contender bare() {
		return isSql() ? SELECT : FIND;
	}

	static List<Contender> all(boolean sql) {
		return Stream.of(values()).filter((contender) -> contender.isSql() == sql).toList();
	}

}
