package io.dbinit.benchmark;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parts of the class path of the tests: what a service has that uses a library.
 */
enum ClassPath {

	SPRING("spring-boot|spring-boot-autoconfigure|spring-(core|beans|context|aop|expression)|micrometer-(commons|observation)"
			+ "|commons-logging|jspecify|slf4j-api|jul-to-slf4j|logback-.*|log4j-.*|snakeyaml"),

	JDBC("spring-boot-(jdbc|sql|transaction|persistence)|spring-(jdbc|tx)|HikariCP|postgresql|checker-qual"),

	LIQUIBASE("spring-boot-liquibase|liquibase-core|opencsv|commons-(io|text|lang3|collections4|codec)|jaxb-api"
			+ "|jakarta.activation-api"),

	FLYWAY("spring-boot-flyway|flyway-.*|jackson-.*"),

	MONGODB("spring-boot-mongodb|mongodb-driver-.*|bson.*"),

	MONGOCK("mongock-(api|utils|runner-core|driver-.*|springboot-.*)|mongodb-sync-v4-driver|maven-artifact|plexus-utils|commons-(io|lang3)|javax.inject|reflections|javassist|objenesis"),

	OURS("initializer-autoconfigure");

	private final Pattern pattern;

	ClassPath(String names) {
		this.pattern = Pattern.compile("(" + names + ")-\\d.*\\.jar");
	}

	boolean contains(Path jar) {
		return this.pattern.matcher(jar.getFileName().toString()).matches();
	}

	static boolean isPresent(ClassPath part) {
		return jars(List.of(part)).findAny().isPresent();
	}

	/**
	 * Return the JARs of some parts.
	 * @param parts the parts
	 * @return the JARs
	 */
	static Stream<Path> jars(List<ClassPath> parts) {
		return Stream.concat(all(), parts.contains(OURS) ? Stream.of(Jars.initializer()) : Stream.empty())
			.filter((jar) -> parts.stream().anyMatch((part) -> part.contains(jar)));
	}

	private static Stream<Path> all() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.filter(Files::isRegularFile);
	}

}
