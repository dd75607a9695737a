package io.dbinit.faults;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of the service: that of the tests with its folders in a JAR, as the JVM
 * shares the loaded classes of JARs only. With them a start takes half as long.
 */
final class ServiceJar {

	private static final Path FOLDER = Path.of("target/faults").toAbsolutePath();

	private static final String CLASS_PATH = create();

	private ServiceJar() {
	}

	static String classPath() {
		return CLASS_PATH;
	}

	/**
	 * Return the file of loaded classes, which the first process to end writes.
	 */
	static Path archive(boolean sql) {
		return FOLDER.resolve(sql ? "service-sql.jsa" : "service-mongodb.jsa");
	}

	private static String create() {
		List<String> classPath = new ArrayList<>();
		List<Path> folders = new ArrayList<>();
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			Path path = Path.of(element);
			if (Files.isDirectory(path)) {
				folders.add(path);
			}
			else if (Files.exists(path)) {
				classPath.add(element);
			}
		}
		try {
			Files.createDirectories(FOLDER);
			Files.deleteIfExists(archive(true));
			Files.deleteIfExists(archive(false));
			Path jar = FOLDER.resolve("service.jar");
			write(jar, folders);
			classPath.add(0, jar.toString());
			return String.join(File.pathSeparator, classPath);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void write(Path jar, List<Path> folders) throws IOException {
		Set<String> written = new HashSet<>();
		try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file)) {
			for (Path folder : folders) {
				for (Path path : files(folder)) {
					String name = folder.relativize(path).toString().replace(File.separatorChar, '/');
					boolean directory = Files.isDirectory(path);
					name = directory ? name + "/" : name;
					if (!name.equals("/") && written.add(name)) {
						out.putNextEntry(new JarEntry(name));
						if (!directory) {
							Files.copy(path, out);
						}
						out.closeEntry();
					}
				}
			}
		}
	}

	private static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> paths = Files.walk(folder)) {
			return paths.sorted().toList();
		}
	}

}
