package io.dbinit.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * On what, and of what, was measured.
 */
final class Machine {

	private static final Path CPU = Path.of("/proc/cpuinfo");

	private static final List<ClassPath> ALL = List.of(ClassPath.values());

	private Machine() {
	}

	static String description() {
		return "%d processors%s, %d GiB, %s %s".formatted(Runtime.getRuntime().availableProcessors(), processor(),
				((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory
					.getOperatingSystemMXBean()).getTotalMemorySize() >> 30,
				System.getProperty("os.name"), System.getProperty("os.version"));
	}

	private static String processor() {
		try (Stream<String> lines = Files.lines(CPU)) {
			return lines.filter((line) -> line.startsWith("model name"))
				.findFirst()
				.map((line) -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
				.orElse("");
		}
		catch (IOException ex) {
			return "";
		}
	}

	static String libraries() {
		return Stream
			.of("spring-boot", "liquibase-core", "flyway-core", "mongock-runner-core", "mongodb-driver-sync",
					"HikariCP")
			.map(Machine::version)
			.collect(Collectors.joining(", "));
	}

	private static String version(String artifact) {
		return ClassPath.jars(ALL)
			.map((jar) -> jar.getFileName().toString().replace(".jar", ""))
			.filter((name) -> name.matches(artifact + "-\\d.*"))
			.map((name) -> artifact + " " + name.substring(artifact.length() + 1))
			.findFirst()
			.orElseThrow();
	}

}
