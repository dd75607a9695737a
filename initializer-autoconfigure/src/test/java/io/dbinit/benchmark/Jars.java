package io.dbinit.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import io.dbinit.Initializer;
import io.dbinit.benchmark.app.BenchmarkApplication;

/**
 * The JARs of our own that a measured service has.
 */
final class Jars {

	private static final Path FOLDER = Path.of("target/benchmark").toAbsolutePath();

	private static final Path INITIALIZER = write("initializer-autoconfigure-0.jar", files(Initializer.class, ""));

	private static final Map<String, Path> applications = new ConcurrentHashMap<>();

	private Jars() {
	}

	static Path initializer() {
		return INITIALIZER;
	}

	/**
	 * Make the JAR of the service.
	 * @param migrations the format of its migrations
	 * @param count how many there are
	 * @return the JAR
	 */
	static Path application(Migrations migrations, int count) {
		return applications.computeIfAbsent(name(migrations, count), (name) -> write(name, files(migrations, count)));
	}

	private static Map<String, byte[]> files(Migrations migrations, int count) {
		String folder = BenchmarkApplication.class.getPackageName().replace('.', '/') + "/";
		Map<String, byte[]> files = files(BenchmarkApplication.class, folder);
		files.putAll(migrations.files(count));
		return files;
	}

	private static String name(Migrations migrations, int count) {
		return "service-%s-%d.jar".formatted(migrations.name().toLowerCase().replace('_', '-'), count);
	}

	/**
	 * Read the files of the folder from which a class comes.
	 */
	private static Map<String, byte[]> files(Class<?> type, String prefix) {
		Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
		Map<String, byte[]> files = new TreeMap<>();
		try (Stream<Path> paths = Files.walk(root)) {
			for (Path path : paths.filter(Files::isRegularFile).toList()) {
				String name = root.relativize(path).toString();
				if (name.startsWith(prefix)) {
					files.put(name, Files.readAllBytes(path));
				}
			}
			return files;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path write(String name, Map<String, byte[]> files) {
		Path jar = FOLDER.resolve(name);
		try {
			Files.createDirectories(FOLDER);
			try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
				for (String folder : folders(files.keySet())) {
					out.putNextEntry(new JarEntry(folder));
				}
				for (Map.Entry<String, byte[]> file : files.entrySet()) {
					out.putNextEntry(new JarEntry(file.getKey()));
					out.write(file.getValue());
				}
			}
			return jar;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Set<String> folders(Set<String> files) {
		Set<String> folders = new TreeSet<>();
		for (String file : files) {
			for (int end = file.indexOf('/'); end >= 0; end = file.indexOf('/', end + 1)) {
				folders.add(file.substring(0, end + 1));
			}
		}
		return folders;
	}

}
