package io.dbinit.definition;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.util.AntPathMatcher;
import org.springframework.util.PathMatcher;
import org.springframework.util.StringUtils;

/**
 * Tells whether files have changed, without reading them where that is not needed: a file
 * is known by its size and CRC-32, which the directory of a JAR holds. So a JAR of some
 * thousand files is looked through in one pass. The same file has the same mark in a
 * directory and in a JAR.
 */
public final class ResourceFiles {

	private static final PathMatcher paths = new AntPathMatcher();

	private final ResourcePatternResolver resolver;

	/**
	 * Create an instance.
	 * @param loader where the files are
	 */
	public ResourceFiles(ResourceLoader loader) {
		this.resolver = ResourcePatternUtils.getResourcePatternResolver(loader);
	}

	/**
	 * Return the resolver that finds the files.
	 * @return the resolver
	 */
	public ResourcePatternResolver resolver() {
		return this.resolver;
	}

	/**
	 * Return whether a location has wildcards.
	 * @param location a location like {@code classpath*:/db/*}
	 * @return whether it is a pattern
	 */
	public static boolean isPattern(String location) {
		return paths.isPattern(location.substring(location.indexOf(':') + 1));
	}

	/**
	 * Return the part of a pattern in which there are no wildcards.
	 * @param pattern the pattern
	 * @return the folder, which ends with a slash or colon
	 */
	public static String root(String pattern) {
		int end = pattern.indexOf(':') + 1;
		for (int next = pattern.indexOf('/', end); next >= 0; next = pattern.indexOf('/', next + 1)) {
			if (paths.isPattern(pattern.substring(end, next))) {
				break;
			}
			end = next + 1;
		}
		return pattern.substring(0, end);
	}

	/**
	 * Return the files and folders at a location.
	 * @param location a location or pattern
	 * @return the resources
	 */
	public Resource[] find(String location) {
		try {
			return this.resolver.getResources(location);
		}
		catch (FileNotFoundException ex) {
			return new Resource[0];
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * List the files that a pattern finds.
	 * @param pattern the pattern
	 * @return a line for each, with its path below {@link #root} and its mark, sorted
	 */
	public List<String> list(String pattern) {
		try {
			Resource[] roots = find(root(pattern));
			List<String> lines = inJars(pattern.substring(root(pattern).length()), roots);
			if (lines == null) {
				lines = anywhere(pattern, roots);
			}
			Collections.sort(lines);
			return lines;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> anywhere(String pattern, Resource[] roots) throws IOException {
		List<String> uris = uris(roots);
		List<String> lines = new ArrayList<>();
		for (Resource resource : find(pattern)) {
			if (isFile(resource)) {
				lines.add(name(resource, uris) + " " + mark(resource));
			}
		}
		return lines;
	}

	private static @Nullable List<String> inJars(String below, Resource[] roots) throws IOException {
		List<String> lines = new ArrayList<>();
		for (Resource root : roots) {
			URLConnection connection = root.exists() ? root.getURL().openConnection() : null;
			if (!(connection instanceof JarURLConnection jar) || jar.getEntryName() == null) {
				return null;
			}
			jar.setUseCaches(false);
			try (JarFile file = jar.getJarFile()) {
				list(file, jar.getEntryName(), below, lines);
			}
		}
		return lines;
	}

	private static void list(JarFile jar, String folder, String pattern, List<String> lines) throws IOException {
		boolean all = pattern.equals("**") || pattern.equals("**/*");
		Enumeration<JarEntry> entries = jar.entries();
		while (entries.hasMoreElements()) {
			JarEntry entry = entries.nextElement();
			String name = entry.getName();
			if (name.startsWith(folder) && !name.endsWith("/")) {
				String path = name.substring(folder.length());
				if (all || paths.match(pattern, path)) {
					lines.add(path + " " + mark(jar, entry));
				}
			}
		}
	}

	/**
	 * Return the URIs of resources.
	 * @param resources the resources
	 * @return their URIs
	 */
	public static List<String> uris(Resource[] resources) {
		List<String> uris = new ArrayList<>();
		for (Resource resource : resources) {
			uris.add(uri(resource));
		}
		return uris;
	}

	/**
	 * Return the path of a resource below the folder in which it was found, wherever that
	 * is.
	 * @param resource the resource
	 * @param roots the URIs of the folders
	 * @return the path
	 */
	public static String name(Resource resource, List<String> roots) {
		String uri = uri(resource);
		for (String root : roots) {
			if (uri.startsWith(root)) {
				String path = StringUtils.trimLeadingCharacter(uri.substring(root.length()), '/');
				return StringUtils.uriDecode(path, StandardCharsets.UTF_8);
			}
		}
		return uri.substring(uri.lastIndexOf("!/") + 1);
	}

	private static String uri(Resource resource) {
		try {
			return resource.getURI().toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return whether a resource is a file that can be read, rather than a folder.
	 * @param resource the resource
	 * @return whether it is a file
	 */
	public static boolean isFile(Resource resource) {
		return resource.isReadable() && !uri(resource).endsWith("/");
	}

	/**
	 * Return the mark that distinguishes a file from another of the same name.
	 * @param resource the file
	 * @return its size and CRC-32
	 * @throws IOException if it cannot be read
	 */
	public static String mark(Resource resource) throws IOException {
		if (!resource.isFile() && resource.getURL().openConnection() instanceof JarURLConnection jar) {
			jar.setUseCaches(false);
			try (JarFile file = jar.getJarFile()) {
				return mark(file, jar.getJarEntry());
			}
		}
		return mark(resource.getInputStream());
	}

	private static String mark(JarFile jar, JarEntry entry) throws IOException {
		long crc = entry.getCrc();
		return (entry.getSize() >= 0 && (crc > 0 || entry.getSize() == 0)) ? mark(entry.getSize(), Math.max(crc, 0))
				: mark(jar.getInputStream(entry));
	}

	private static String mark(InputStream content) throws IOException {
		try (CheckedInputStream in = new CheckedInputStream(content, new CRC32())) {
			long size = in.transferTo(OutputStream.nullOutputStream());
			return mark(size, in.getChecksum().getValue());
		}
	}

	private static String mark(long size, long crc) {
		return Long.toString(size).concat(":").concat(Long.toHexString(crc));
	}

}
