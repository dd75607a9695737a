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
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.dbinit.Fingerprint;
import io.dbinit.mongock.Unit.Change;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds change units by their class files, without loading them or any class of Mongock.
 */
final class Units {

	private static final String CHANGE_UNIT = "io.mongock.api.annotations.ChangeUnit";

	private static final String CHANGE_LOG = "com.github.cloudyrock.mongock.ChangeLog";

	private static final String CHANGE_SET = "com.github.cloudyrock.mongock.ChangeSet";

	private final List<Unit> all;

	private final List<Unit> active;

	private final String profiles;

	private Units(List<Unit> all, List<Unit> active, String profiles) {
		this.all = all;
		this.active = active;
		this.profiles = profiles;
	}

	/**
	 * Return the change units of the active profiles, in the order in which they run.
	 * @return the units
	 */
	List<Unit> active() {
		return this.active;
	}

	/**
	 * Return the classes of the change units and the active profiles, if any is bound to
	 * one.
	 * @return the text, equal whenever the units are
	 */
	String fingerprint() {
		StringBuilder text = new StringBuilder();
		this.all.forEach((unit) -> text.append(unit.className()).append(' ').append(unit.hash()).append('\n'));
		return Fingerprint.of(text + this.profiles);
	}

	static boolean isActive(MergedAnnotations annotations, Environment environment) {
		MergedAnnotation<Profile> profile = annotations.get(Profile.class);
		return !profile.isPresent()
				|| environment.acceptsProfiles(Profiles.of(profile.getStringArray(MergedAnnotation.VALUE)));
	}

	/**
	 * Finds the units of some packages.
	 *
	 * @param resources where class files are found
	 * @param readers reads class files
	 * @param environment tells the active profiles
	 * @param defaultAuthor the author of units without one
	 */
	record Finder(ResourcePatternResolver resources, MetadataReaderFactory readers, Environment environment,
			String defaultAuthor) {

		/**
		 * Find the units.
		 * @param packages packages, or single classes
		 * @return the units
		 */
		Units find(Collection<String> packages) {
			Map<String, Unit> units = new TreeMap<>();
			List<Unit> active = new ArrayList<>();
			boolean profiles = false;
			for (Resource resource : classFiles(packages)) {
				AnnotationMetadata type = read(resource);
				if (isUnit(type) && units.putIfAbsent(type.getClassName(), unit(type, resource)) == null) {
					profiles |= type.isAnnotated(Profile.class.getName());
					if (isActive(type.getAnnotations(), this.environment)) {
						active.add(units.get(type.getClassName()));
					}
				}
			}
			active.sort(Unit.ORDER);
			return new Units(List.copyOf(units.values()), List.copyOf(active), profiles ? activeProfiles() : "");
		}

		private String activeProfiles() {
			return Arrays.stream(this.environment.getActiveProfiles()).sorted().toList().toString();
		}

		private List<Resource> classFiles(Collection<String> packages) {
			return packages.stream()
				.map(ClassUtils::convertClassNameToResourcePath)
				.flatMap((path) -> Stream.of(path + ".class", path + "/**/*.class"))
				.flatMap((pattern) -> Arrays.stream(classFiles("classpath*:" + pattern)))
				.toList();
		}

		private Resource[] classFiles(String pattern) {
			try {
				return this.resources.getResources(pattern);
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Failed to find classes at '" + pattern + "'", ex);
			}
		}

		private AnnotationMetadata read(Resource resource) {
			try {
				return this.readers.getMetadataReader(resource).getAnnotationMetadata();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Failed to read " + resource, ex);
			}
		}

		private static boolean isUnit(AnnotationMetadata type) {
			return type.hasAnnotation(CHANGE_UNIT) || type.hasAnnotation(CHANGE_LOG);
		}

		private Unit unit(AnnotationMetadata type, Resource resource) {
			Map<String, @Nullable Object> unit = type.getAnnotationAttributes(CHANGE_UNIT);
			boolean legacy = unit == null;
			List<Change> changes = (unit != null) ? List.of(change(unit)) : legacyChanges(type);
			Map<String, @Nullable Object> ordered = legacy ? type.getAnnotationAttributes(CHANGE_LOG) : unit;
			return new Unit(type.getClassName(), text(Objects.requireNonNull(ordered), "order"), changes,
					hash(resource));
		}

		private List<Change> legacyChanges(AnnotationMetadata type) {
			return type.getAnnotatedMethods(CHANGE_SET)
				.stream()
				.map(this::legacyChange)
				.sorted(Comparator.comparing(Map.Entry::getKey))
				.map(Map.Entry::getValue)
				.toList();
		}

		private Map.Entry<String, Change> legacyChange(MethodMetadata method) {
			Map<String, @Nullable Object> changeSet = Objects
				.requireNonNull(method.getAnnotationAttributes(CHANGE_SET));
			return Map.entry(text(changeSet, "order"), change(changeSet));
		}

		private Change change(Map<String, @Nullable Object> annotation) {
			String author = text(annotation, "author");
			return new Change(text(annotation, "id"), author.isBlank() ? this.defaultAuthor : author,
					Boolean.TRUE.equals(annotation.get("runAlways")));
		}

		private static String text(Map<String, @Nullable Object> annotation, String attribute) {
			return String.valueOf(annotation.getOrDefault(attribute, ""));
		}

		private static String hash(Resource resource) {
			try (InputStream stream = resource.getInputStream()) {
				return Fingerprint.of(stream.readAllBytes());
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Failed to read " + resource, ex);
			}
		}

	}

}
