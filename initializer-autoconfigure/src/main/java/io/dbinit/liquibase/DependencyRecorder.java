package io.dbinit.liquibase;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.springframework.core.io.ResourceLoader;

/**
 * Records the dependencies of a changelog, like a compiler that writes a dependency file:
 * the resources that Liquibase looked up, missing ones included, and the variables that
 * they reference.
 * <ol>
 * <li>While Liquibase runs, each look-up is recorded.</li>
 * <li>Afterwards the resources are read to find the variables that they reference. The
 * recording consists of the places, the variable names and one digest of all
 * content.</li>
 * <li>The next start repeats the look-ups. An equal digest means that Liquibase would
 * read the same content.</li>
 * </ol>
 * Loads no class of Liquibase.
 */
final class DependencyRecorder {

	private final Resources resources;

	private final Set<String> places = Collections.synchronizedSet(new LinkedHashSet<>());

	/**
	 * Begin a recording.
	 * @param loader the loader of the resources
	 */
	DependencyRecorder(ResourceLoader loader) {
		this.resources = new Resources(loader);
	}

	/**
	 * Return a resource loader that records its look-ups.
	 * @return the resource loader
	 */
	ResourceLoader recorder() {
		return new RecordingResourceLoader(this.resources, this.places::add);
	}

	/**
	 * End the recording.
	 * @param settings the settings that the changelog depends on
	 * @return the recording
	 */
	Recording end(Map<String, String> settings) {
		Set<String> places = this.resources.withoutRepetitions(withEntities(this.places));
		ExternalVariables variables = new ExternalVariables();
		settings.values().forEach(variables::addNamedIn);
		places.forEach((place) -> this.resources.contents(place).forEach(variables::addNamedIn));
		String reason = reasonAgainst(places).or(variables::reasonAgainst).orElse(null);
		return new Recording(places, variables.names(), digest(places, variables, settings, this.resources), reason);
	}

	/**
	 * Add the external entities of XML files, which Liquibase reads from the class path
	 * past the resource loader.
	 */
	private Set<String> withEntities(Set<String> places) {
		Set<String> all = new LinkedHashSet<>(places);
		Deque<String> unread = new ArrayDeque<>(places);
		while (!unread.isEmpty()) {
			for (String content : this.resources.contents(unread.remove())) {
				ExternalEntities.placesIn(content).stream().filter(all::add).forEach(unread::add);
			}
		}
		return all;
	}

	/**
	 * Return the recording of nothing but settings.
	 * @param settings the settings
	 * @return the recording
	 */
	Recording none(Map<String, String> settings) {
		Set<String> none = Set.of();
		return new Recording(none, none, digest(none, new ExternalVariables(none), settings, this.resources), null);
	}

	private static Optional<String> reasonAgainst(Set<String> places) {
		if (places.isEmpty()) {
			return Optional.of("its files are read past the resource loader of its bean");
		}
		return places.stream()
			.filter((place) -> !Resources.isReadAgain(place))
			.findFirst()
			.map((place) -> "it reads '" + place + "'");
	}

	/**
	 * Return whether the recorded look-ups find the same content now.
	 * @param recorded the recording as text
	 * @param loader the loader of the resources
	 * @param settings the settings that the changelog depends on
	 * @return whether nothing has changed
	 */
	static boolean isSame(String recorded, ResourceLoader loader, Map<String, String> settings) {
		Recording recording = Recording.read(recorded);
		if (recording == null || recording.reasonAgainst() != null) {
			return false;
		}
		try {
			return recording.digest()
				.equals(digest(recording.places(), new ExternalVariables(recording.variables()), settings,
						new Resources(loader)));
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	/**
	 * Runs at every start, so it avoids lambdas: linking them dominates in a JVM that has
	 * just started.
	 */
	private static String digest(Set<String> places, ExternalVariables variables, Map<String, String> settings,
			Resources resources) {
		Digest digest = new Digest();
		add(digest, new TreeMap<>(settings));
		add(digest, variables.values());
		for (String place : places) {
			digest.add(place).add(resources.digest(place));
		}
		return digest.end();
	}

	private static void add(Digest digest, Map<String, String> values) {
		for (Map.Entry<String, String> value : values.entrySet()) {
			digest.add(value.getKey()).add(value.getValue());
		}
	}

}
