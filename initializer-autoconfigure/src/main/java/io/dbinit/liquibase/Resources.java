package io.dbinit.liquibase;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.util.AntPathMatcher;
import org.springframework.util.PathMatcher;
import org.springframework.util.StringUtils;

/**
 * Resources by the place where they were looked for: a location like
 * {@code classpath*:/db/changelog.yaml}, a pattern like {@code classpath*:/db/*}, or
 * either followed by one of the resources that it finds and a path relative to it, each
 * after a tab.
 */
final class Resources {

	private static final String SEPARATOR = "\t";

	private static final Pattern READ_AGAIN = Pattern.compile("(classpath\\*?:|file:)[^\r\n]*");

	/** Part of the library: the meaning of a changelog does not change with it. */
	private static final Pattern SCHEMA = Pattern.compile("classpath\\*?:/?www\\.liquibase\\.org/xml/ns/.*");

	private static final PathMatcher paths = new AntPathMatcher();

	private final ResourcePatternResolver resolver;

	Resources(ResourceLoader loader) {
		this.resolver = ResourcePatternUtils.getResourcePatternResolver(loader);
	}

	ResourcePatternResolver resolver() {
		return this.resolver;
	}

	private static boolean isPattern(String location) {
		return paths.isPattern(location.substring(location.indexOf(':') + 1));
	}

	static boolean isReadAgain(String place) {
		return READ_AGAIN.matcher(place).matches();
	}

	/**
	 * Return the places of resources that were found at another one.
	 * @param location where they were found
	 * @param found the resources
	 * @return their places, in the same order
	 */
	List<String> places(String location, Resource[] found) {
		return name(location, found).stream().map((resource) -> location + SEPARATOR + resource.name()).toList();
	}

	static String relative(String place, String path) {
		return place + SEPARATOR + path;
	}

	/**
	 * Return the digest of what is found at a place.
	 * @param place the place
	 * @return the digest, which is empty if nothing is found
	 */
	String digest(String place) {
		return found(place).map((found) -> found.name() + " " + found.digest())
			.sorted()
			.collect(Collectors.joining("\n"));
	}

	Stream<String> contents(String place) {
		return found(place).map(Found::content);
	}

	/**
	 * Leave out what a pattern finds as well, so that a directory of a thousand files is
	 * one place, and the library's own schemas.
	 * @param places the places
	 * @return the places that are needed
	 */
	Set<String> withoutRepetitions(Set<String> places) {
		Map<String, Integer> covered = new HashMap<>();
		places.stream()
			.filter((place) -> !place.contains(SEPARATOR) && isPattern(place))
			.forEach((pattern) -> all(pattern)
				.forEach((found) -> covered.merge(root(pattern) + found.name(), 1, Integer::sum)));
		return places.stream()
			.filter((place) -> !SCHEMA.matcher(place).matches())
			.filter((place) -> covered.getOrDefault(place, 0) != 1)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private Stream<Found> found(String place) {
		List<String> parts = Arrays.asList(place.split(SEPARATOR));
		List<Found> all = all(parts.get(0));
		if (parts.size() == 1) {
			return all.stream().filter(Found::isContent);
		}
		return all.stream()
			.filter((found) -> found.name().equals(parts.get(1)))
			.limit(1)
			.map((found) -> found.relative(parts.subList(2, parts.size())))
			.filter(Found::isContent);
	}

	private List<Found> all(String location) {
		return name(location, resolve(location));
	}

	private List<Found> name(String location, Resource[] resources) {
		boolean pattern = isPattern(location);
		List<String> roots = pattern ? roots(location) : List.of();
		List<Found> found = new ArrayList<>();
		for (Resource resource : resources) {
			found.add(new Found(pattern ? name(resource, roots) : String.valueOf(found.size()), resource));
		}
		return found;
	}

	private Resource[] resolve(String location) {
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
	 * Return the part of a pattern in which there are no wildcards.
	 */
	private static String root(String pattern) {
		int end = pattern.indexOf(':') + 1;
		for (int next = pattern.indexOf('/', end); next >= 0; next = pattern.indexOf('/', next + 1)) {
			if (paths.isPattern(pattern.substring(end, next))) {
				break;
			}
			end = next + 1;
		}
		return pattern.substring(0, end);
	}

	private List<String> roots(String pattern) {
		return Arrays.stream(resolve(root(pattern))).map(Resources::uri).toList();
	}

	/**
	 * Return the path of a resource below the directory in which it was found, wherever
	 * that is: the same in a directory and in an archive.
	 */
	private static String name(Resource resource, List<String> roots) {
		String uri = uri(resource);
		return roots.stream()
			.filter(uri::startsWith)
			.map((root) -> StringUtils.trimLeadingCharacter(uri.substring(root.length()), '/'))
			.findFirst()
			.orElse(uri.substring(uri.lastIndexOf("!/") + 1));
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
	 * A resource with its name at the place where it was found.
	 */
	private record Found(String name, Resource resource) {

		boolean isContent() {
			return this.resource.isReadable() && !uri(this.resource).endsWith("/");
		}

		Found relative(List<String> paths) {
			Resource resource = this.resource;
			try {
				for (String path : paths) {
					resource = resource.createRelative(path);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return new Found(this.name, resource);
		}

		String digest() {
			try {
				return Digest.of(this.resource.getInputStream());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		String content() {
			try {
				return this.resource.getContentAsString(StandardCharsets.ISO_8859_1);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
