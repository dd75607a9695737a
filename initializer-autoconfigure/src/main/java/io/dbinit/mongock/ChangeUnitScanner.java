package io.dbinit.mongock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.dbinit.Fingerprint;
import io.dbinit.mongock.ChangeUnitDefinition.Change;
import io.dbinit.definition.ResourceFiles;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * The change units of some packages. Finds them by their class files, without loading
 * them or any class of Mongock, and reads these only when they may have changed.
 */
final class ChangeUnitScanner {

	private static final String PROFILE = Profile.class.getName();

	private static final List<String> NO_PROFILES = List.of("java.", "io.mongock.", "com.github.cloudyrock.");

	private final ResourceLoader resources;

	private final Environment environment;

	private final String defaultAuthor;

	/** The mark of each class file, which changes with its content, by its path. */
	private final Map<String, String> files = new TreeMap<>();

	private @Nullable List<ChangeUnitDefinition> active;

	private String fingerprint = "";

	/**
	 * Find the units of some packages.
	 * @param packages packages, or single classes
	 * @param defaultAuthor the author of units without one
	 * @param resources where class files are found
	 * @param environment tells the active profiles
	 */
	ChangeUnitScanner(Collection<String> packages, String defaultAuthor, ResourceLoader resources,
			Environment environment) {
		this.resources = resources;
		this.environment = environment;
		this.defaultAuthor = defaultAuthor;
		ResourceFiles files = new ResourceFiles(resources);
		for (String name : packages) {
			String path = ClassUtils.convertClassNameToResourcePath(name);
			addFile(path + ".class");
			for (String line : files.list("classpath*:" + path + "/**/*.class")) {
				int end = line.lastIndexOf(' ');
				this.files.merge(path + "/" + line.substring(0, end), line.substring(end), String::concat);
			}
		}
	}

	private void addFile(String path) {
		Resource file = this.resources.getResource("classpath:" + path);
		try {
			if (file.exists()) {
				this.files.put(path, ResourceFiles.mark(file));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Failed to read " + file, ex);
		}
	}

	/**
	 * Return whether there is any change unit of the active profiles.
	 * @return whether there is anything to run
	 */
	boolean exist() {
		for (String path : this.files.keySet()) {
			ChangeUnitClassFile type = ChangeUnitClassFile.read(content(path));
			if (type != null && isActive(profiles(type))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the change units of the active profiles, in the order in which they run.
	 * @return the units
	 */
	List<ChangeUnitDefinition> active() {
		List<ChangeUnitDefinition> active = this.active;
		if (active == null) {
			active = read();
			this.active = active;
		}
		return active;
	}

	/**
	 * Return the classes of the change units and the active profiles, if any is bound to
	 * one.
	 * @return the fingerprint, equal whenever the units are
	 */
	String fingerprint() {
		active();
		return this.fingerprint;
	}

	/**
	 * Return a fingerprint of all class files and the active profiles. It is cheaper to
	 * compute than the change units themselves.
	 * @return the outline; equal outlines imply equal units
	 */
	String outline() {
		StringBuilder text = new StringBuilder();
		for (Map.Entry<String, String> file : this.files.entrySet()) {
			text.append(file.getKey()).append(file.getValue()).append('\n');
		}
		return Fingerprint.of(text.append(activeProfiles()).append(this.defaultAuthor).toString());
	}

	private List<ChangeUnitDefinition> read() {
		Map<String, String> hashes = new TreeMap<>();
		List<ChangeUnitDefinition> active = new ArrayList<>();
		boolean bound = false;
		for (String path : this.files.keySet()) {
			byte[] content = content(path);
			ChangeUnitClassFile type = ChangeUnitClassFile.read(content);
			if (type != null && hashes.putIfAbsent(type.name(), Fingerprint.of(content)) == null) {
				String[] profiles = profiles(type);
				bound |= profiles != null;
				if (isActive(profiles)) {
					active.add(unit(type));
				}
			}
		}
		active.sort(ChangeUnitDefinition.ORDER);
		StringBuilder text = new StringBuilder();
		hashes.forEach((name, hash) -> text.append(name).append(' ').append(hash).append('\n'));
		this.fingerprint = Fingerprint.of(text + (bound ? activeProfiles() : ""));
		return List.copyOf(active);
	}

	private byte[] content(String path) {
		try (InputStream stream = this.resources.getResource("classpath:" + path).getInputStream()) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Failed to read '" + path + "'", ex);
		}
	}

	private String activeProfiles() {
		String[] profiles = this.environment.getActiveProfiles();
		Arrays.sort(profiles);
		return Arrays.toString(profiles);
	}

	private ChangeUnitDefinition unit(ChangeUnitClassFile type) {
		List<Change> changes = type.changes()
			.stream()
			.sorted(Comparator.comparing((change) -> ChangeUnitClassFile.text(change, "order")))
			.map(this::change)
			.toList();
		return new ChangeUnitDefinition(type.name(), type.order(), changes);
	}

	private Change change(Map<String, Object> annotation) {
		String author = ChangeUnitClassFile.text(annotation, "author");
		return new Change(ChangeUnitClassFile.text(annotation, "id"), author.isBlank() ? this.defaultAuthor : author,
				Boolean.TRUE.equals(annotation.get("runAlways")));
	}

	/**
	 * Return the profiles to which a unit is bound, by an annotation or by one that has
	 * it in turn.
	 */
	private String @Nullable [] profiles(ChangeUnitClassFile type) {
		Map<String, Object> profile = type.annotations().get(PROFILE);
		if (profile != null) {
			return profile.get("value") instanceof List<?> names ? names.toArray(String[]::new) : new String[0];
		}
		for (String annotation : type.annotations().keySet()) {
			if (NO_PROFILES.stream().noneMatch(annotation::startsWith)) {
				String[] profiles = profilesOf(annotation);
				if (profiles != null) {
					return profiles;
				}
			}
		}
		return null;
	}

	private String @Nullable [] profilesOf(String annotation) {
		try {
			return profiles(MergedAnnotations.from(ClassUtils.forName(annotation, this.resources.getClassLoader())));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	private static String @Nullable [] profiles(MergedAnnotations annotations) {
		MergedAnnotation<Profile> profile = annotations.get(Profile.class);
		return profile.isPresent() ? profile.getStringArray(MergedAnnotation.VALUE) : null;
	}

	private boolean isActive(String @Nullable [] profiles) {
		return isActive(profiles, this.environment);
	}

	private static boolean isActive(String @Nullable [] profiles, Environment environment) {
		return profiles == null || environment.acceptsProfiles(Profiles.of(profiles));
	}

	static boolean isActive(MergedAnnotations annotations, Environment environment) {
		return isActive(profiles(annotations), environment);
	}

}
