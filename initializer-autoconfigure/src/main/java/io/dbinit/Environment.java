package io.dbinit;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The environment in which the application runs, and with it the rules that apply. An
 * environment has the rules of production unless its name is one of those that are
 * declared to be development or test environments: this includes a name that is missing,
 * blank or a placeholder without a value.
 * <p>
 * Names are compared without regard to case and surrounding white space, {@code prod} and
 * {@code production} are one name, and so are {@code dev} and {@code development}.
 */
public final class Environment {

	/** Stands for every environment where environments are listed. */
	public static final String ALL = "all";

	/** The names of development environments by default. */
	public static final List<String> DEVELOPMENT = List.of("development", "dev", "local");

	/** The names of test environments by default. */
	public static final List<String> TEST = List.of("test", "ci");

	private static final String PRODUCTION = "production";

	private final String name;

	private final boolean production;

	private Environment(String name, boolean production) {
		this.name = name;
		this.production = production;
	}

	/**
	 * Return an environment, with the default names of development and test environments.
	 * @param name the name, or {@code null} if it is not known
	 * @return the environment
	 */
	public static Environment of(@Nullable String name) {
		return of(name, DEVELOPMENT, TEST);
	}

	/**
	 * Return an environment.
	 * @param name the name, or {@code null} if it is not known
	 * @param development the names of development environments
	 * @param test the names of test environments
	 * @return the environment
	 */
	public static Environment of(@Nullable String name, Collection<String> development, Collection<String> test) {
		if (name == null || name.isBlank() || name.contains("${")) {
			return new Environment(PRODUCTION, true);
		}
		boolean declared = isIn(development, name) || isIn(test, name);
		return new Environment(name.strip(), !declared || isSame(PRODUCTION, name));
	}

	/**
	 * Return the name.
	 * @return the name as it was given, or {@code production} if it is not known
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return whether the rules of production apply.
	 * @return {@code false} for declared development and test environments only
	 */
	public boolean isProduction() {
		return this.production;
	}

	/**
	 * Return whether a definition that lists environments is meant for this one.
	 * @param environments the names of the environments, among them possibly
	 * {@link #ALL}; empty for every environment that has not the rules of production
	 * @return whether the definition applies here
	 */
	public boolean accepts(Collection<String> environments) {
		return environments.isEmpty() ? !this.production : isEvery(environments) || isIn(environments, this.name);
	}

	/**
	 * Return whether a definition is meant for every environment.
	 * @param environments the names of the environments that the definition lists
	 * @return whether {@link #ALL} is among them
	 */
	public static boolean isEvery(Collection<String> environments) {
		return isIn(environments, ALL);
	}

	/**
	 * Return whether a database belongs to this environment.
	 * @param stamp the name of the environment that is recorded in the database
	 * @return whether it is the name of this environment
	 */
	public boolean matches(String stamp) {
		return isSame(stamp, this.name);
	}

	private static boolean isIn(Collection<String> names, String name) {
		return names.stream().anyMatch((candidate) -> isSame(candidate, name));
	}

	private static boolean isSame(String left, String right) {
		return canonical(left).equals(canonical(right));
	}

	private static String canonical(String name) {
		String lower = name.strip().toLowerCase(Locale.ROOT);
		return switch (lower) {
			case "prod" -> PRODUCTION;
			case "dev" -> "development";
			default -> lower;
		};
	}

	@Override
	public String toString() {
		return this.name;
	}

}
