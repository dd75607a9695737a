package io.dbinit.liquibase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.dbinit.definition.ResourceFiles;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Resources by the place of their look-up: a location like
 * {@code classpath*:/db/changelog.yaml}, a pattern like {@code classpath*:/db/*}, or
 * either followed by one of the resources that it finds and a path relative to it, each
 * after a tab.
 */
final class Resources {

	private static final String SEPARATOR = "\t";

	private final ResourceFiles files;

	private final Map<String, List<Found>> found = new HashMap<>();

	Resources(ResourceLoader loader) {
		this.files = new ResourceFiles(loader);
	}

	ResourcePatternResolver resolver() {
		return this.files.resolver();
	}

	static boolean isReadAgain(String place) {
		return Patterns.READ_AGAIN.matcher(place).matches();
	}

	private static boolean isSchema(String place) {
		return Patterns.SCHEMA.matcher(place).matches();
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
	 * Return the digest of the resources at a place.
	 * @param place the place
	 * @return the digest, empty if nothing is found
	 */
	String digest(String place) {
		if (place.contains(SEPARATOR) || !ResourceFiles.isPattern(place)) {
			List<String> lines = new ArrayList<>();
			for (Found found : found(place)) {
				lines.add(found.name() + " " + found.mark());
			}
			Collections.sort(lines);
			return String.join("\n", lines);
		}
		return String.join("\n", this.files.list(place));
	}

	List<String> contents(String place) {
		return found(place).stream().map(Found::content).toList();
	}

	/**
	 * Remove places that a pattern covers, so that a directory with a thousand files is
	 * one place, and the XML schemas of Liquibase.
	 * @param places the places
	 * @return the places that are needed
	 */
	Set<String> withoutRepetitions(Set<String> places) {
		Map<String, Integer> covered = new HashMap<>();
		for (String place : places) {
			if (!place.contains(SEPARATOR) && ResourceFiles.isPattern(place)) {
				String root = ResourceFiles.root(place);
				all(place).forEach((found) -> covered.merge(root + found.name(), 1, Integer::sum));
			}
		}
		Set<String> needed = new LinkedHashSet<>(places);
		needed.removeIf((place) -> covered.getOrDefault(place, 0) == 1 || isSchema(place));
		return needed;
	}

	private List<Found> found(String place) {
		String[] parts = place.split(SEPARATOR);
		List<Found> found = new ArrayList<>();
		for (Found candidate : all(parts[0])) {
			if (parts.length == 1) {
				candidate.addIfFile(found);
			}
			else if (candidate.name().equals(parts[1])) {
				candidate.relative(parts).addIfFile(found);
				break;
			}
		}
		return found;
	}

	private List<Found> all(String location) {
		List<Found> all = this.found.get(location);
		if (all == null) {
			all = name(location, this.files.find(location));
			this.found.put(location, all);
		}
		return all;
	}

	private List<Found> name(String location, Resource[] resources) {
		List<String> roots = ResourceFiles.isPattern(location)
				? ResourceFiles.uris(this.files.find(ResourceFiles.root(location))) : null;
		List<Found> found = new ArrayList<>();
		for (Resource resource : resources) {
			String name = (roots != null) ? ResourceFiles.name(resource, roots) : String.valueOf(found.size());
			found.add(new Found(name, resource));
		}
		return found;
	}

	/**
	 * Loaded only by a full run.
	 */
	private static final class Patterns {

		private static final Pattern READ_AGAIN = Pattern.compile("(classpath\\*?:|file:)[^\r\n]*");

		/** Part of Liquibase: the meaning of a changelog does not depend on it. */
		private static final Pattern SCHEMA = Pattern.compile("classpath\\*?:/?www\\.liquibase\\.org/xml/ns/.*");

	}

	/**
	 * A resource with its name at the place where it was found.
	 */
	private record Found(String name, Resource resource) {

		void addIfFile(List<Found> files) {
			if (ResourceFiles.isFile(this.resource)) {
				files.add(this);
			}
		}

		Found relative(String[] place) {
			Resource resource = this.resource;
			try {
				for (int i = 2; i < place.length; i++) {
					resource = resource.createRelative(place[i]);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return new Found(this.name, resource);
		}

		String mark() {
			try {
				return ResourceFiles.mark(this.resource);
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
