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
 * What a changelog was made from, as a compiler writes down what a file depends on: which
 * resources were looked for, missing ones too, and which variables they name.
 * <ol>
 * <li>While Liquibase works, each place is noted in which it looks for something.</li>
 * <li>Afterwards these places are looked at once more; their content tells the variables
 * that it names. The places, the names and one digest of all that was found are the
 * recording.</li>
 * <li>At the next start the same places are looked at in the same way. If the digest is
 * the same, Liquibase would read what it has read.</li>
 * </ol>
 * Works without Liquibase, of which no class is loaded.
 */
final class LookUps {

	private final Resources resources;

	private final Set<String> places = Collections.synchronizedSet(new LinkedHashSet<>());

	/**
	 * Begin a recording.
	 * @param loader where the resources are
	 */
	LookUps(ResourceLoader loader) {
		this.resources = new Resources(loader);
	}

	/**
	 * Return a resource loader that notes where something was looked for.
	 * @return the resource loader
	 */
	ResourceLoader recorder() {
		return new RecordingResourceLoader(this.resources, this.places::add);
	}

	/**
	 * End the recording.
	 * @param settings what the changelog depends on besides its files
	 * @return the recording
	 */
	Recording end(Map<String, String> settings) {
		Set<String> places = this.resources.withoutRepetitions(withEntities(this.places));
		Variables variables = new Variables();
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
		return new Recording(none, none, digest(none, new Variables(none), settings, this.resources), null);
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
	 * Return whether the recorded look-ups find the same now.
	 * @param recorded the recording as text
	 * @param loader where the resources are
	 * @param settings what the changelog depends on besides its files
	 * @return whether nothing has changed
	 */
	static boolean isSame(String recorded, ResourceLoader loader, Map<String, String> settings) {
		Recording recording = Recording.read(recorded);
		if (recording == null || recording.reasonAgainst() != null) {
			return false;
		}
		try {
			return recording.digest()
				.equals(digest(recording.places(), new Variables(recording.variables()), settings,
						new Resources(loader)));
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	/**
	 * Made at every start, so without lambdas: a JVM that has just begun takes longer for
	 * them than for the rest.
	 */
	private static String digest(Set<String> places, Variables variables, Map<String, String> settings,
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
