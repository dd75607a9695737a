package io.dbinit.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes that a JVM loaded, as it wrote them down itself.
 *
 * @param names their names
 */
record LoadedClasses(List<String> names) {

	/**
	 * Return the option with which a JVM writes its classes down.
	 * @param file where to
	 * @return the option
	 */
	static String option(Path file) {
		return "-Xlog:class+load=info:file=" + file + ":none:filecount=0";
	}

	static LoadedClasses read(Path file) {
		try {
			return new LoadedClasses(
					Files.readAllLines(file).stream().map((line) -> line.substring(0, line.indexOf(' '))).toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<String> of(String... packages) {
		return this.names.stream()
			.filter((name) -> List.of(packages).stream().anyMatch((prefix) -> name.startsWith(prefix + ".")))
			.toList();
	}

}
