package io.dbinit.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.dbinit.Fingerprint;
import io.dbinit.definition.ResourceFiles;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * The files, classes and settings on which the migrations of a Flyway bean depend. Files
 * are known by size and CRC-32. Loads no class of Flyway.
 *
 * @param settings the settings by name
 * @param locations the locations of migrations and callbacks, as Flyway writes them
 * @param beans the types of the beans that take part, by their names
 */
record FlywayDependencies(Map<String, String> settings, List<String> locations, Map<String, Class<?>> beans) {

	private static final String CLASSPATH = "classpath:";

	private static final String FILE_SYSTEM = "filesystem:";

	/** A checksum that depends on it changes with each start. */
	private static final String TIMESTAMP = "flyway:timestamp";

	/**
	 * Return a location that is not read again to tell a change.
	 */
	Optional<String> unknownLocation() {
		return this.locations.stream().filter((location) -> pattern(location) == null).findFirst();
	}

	/**
	 * Return whether there is no migration at all.
	 * @param loader the loader of the files
	 */
	boolean isEmpty(ResourceLoader loader) {
		ResourceFiles files = new ResourceFiles(loader);
		return this.beans.isEmpty() && this.locations.stream().allMatch((location) -> {
			String pattern = pattern(location);
			return pattern != null && files.list(pattern).isEmpty();
		});
	}

	/**
	 * Return a text that differs whenever Flyway might do something else.
	 * @param loader the loader of the files
	 */
	String fingerprint(ResourceLoader loader) {
		ResourceFiles files = new ResourceFiles(loader);
		StringBuilder text = new StringBuilder();
		new TreeMap<>(this.settings).forEach((name, value) -> line(text, name, value));
		for (String location : this.locations) {
			String pattern = pattern(location);
			line(text, location, (pattern != null) ? String.join("\n", files.list(pattern)) : "");
		}
		new TreeMap<>(this.beans).forEach((name, type) -> line(text, name, type(type)));
		return Fingerprint.of(text.toString());
	}

	private static void line(StringBuilder text, String name, String value) {
		text.append(name.length()).append(':').append(name).append(value.length()).append(':').append(value);
	}

	private static String type(Class<?> type) {
		Resource file = new ClassPathResource(ClassUtils.convertClassNameToResourcePath(type.getName()) + ".class",
				type.getClassLoader());
		try {
			// A class that is made at run time has no file, and a new name in each
			// process
			return file.exists() ? type.getName() + " " + ResourceFiles.mark(file) : "generated";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return whether a repeatable migration is applied at each start, as it contains the
	 * time.
	 * @param loader the loader of the files
	 */
	boolean dependsOnTime(ResourceLoader loader) {
		ResourceFiles files = new ResourceFiles(loader);
		for (String location : this.locations) {
			String pattern = pattern(location);
			for (Resource resource : (pattern != null) ? files.find(pattern) : new Resource[0]) {
				if (ResourceFiles.isFile(resource) && content(resource).contains(TIMESTAMP)) {
					return true;
				}
			}
		}
		return false;
	}

	private static String content(Resource resource) {
		try {
			return resource.getContentAsString(StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the pattern of the files below a location. The folders of all vendors are
	 * included.
	 */
	private static @Nullable String pattern(String location) {
		String path = location.strip().replace("{vendor}", "*");
		if (path.startsWith(FILE_SYSTEM)) {
			return "file:" + folder(path.substring(FILE_SYSTEM.length())) + "**/*";
		}
		if (path.startsWith(CLASSPATH)) {
			return "classpath*:" + folder(path.substring(CLASSPATH.length())) + "**/*";
		}
		return path.contains(":") ? null : "classpath*:" + folder(path) + "**/*";
	}

	private static String folder(String path) {
		return path.endsWith("/") ? path : path + "/";
	}

}
