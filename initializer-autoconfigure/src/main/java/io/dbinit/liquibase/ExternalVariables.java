package io.dbinit.liquibase;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Variables that a changelog references and that Liquibase resolves from the environment
 * and from system properties, ignoring case. Variables referenced by their values are
 * included.
 */
final class ExternalVariables {

	/** Variables that depend on the time or on the version of the server. */
	private static final Set<String> UNSTABLE = Set.of("liquibase_execution_deployment_id",
			"database.databasemajorversion", "database.databaseminorversion", "database.databaseproductversion",
			"database.currentdatetimefunction");

	private final Set<String> names;

	private @Nullable String reasonAgainst;

	ExternalVariables() {
		this.names = new LinkedHashSet<>();
	}

	ExternalVariables(Set<String> names) {
		this.names = names;
	}

	Set<String> names() {
		return this.names;
	}

	/**
	 * Return the reason why the variables cannot be determined.
	 * @return the reason, or empty if they can
	 */
	Optional<String> reasonAgainst() {
		return Optional.ofNullable(this.reasonAgainst);
	}

	void addNamedIn(String content) {
		// Names are ASCII: UTF-16 adds zero bytes only
		String text = content.replace("\0", "");
		if (Patterns.ESCAPE.matcher(text).find()) {
			this.reasonAgainst = "it writes the dollar sign as an escape sequence";
		}
		add(Patterns.EXPRESSION, text);
		if (text.contains("changeLogPropertyDefined")) {
			add(Patterns.CONDITION, text);
		}
	}

	private void add(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			add(matcher.group(1).trim());
		}
	}

	private void add(String name) {
		if (name.contains("${")) {
			this.reasonAgainst = "it builds the name of a variable from variables: '${" + name + "'";
		}
		else if (UNSTABLE.contains(name.toLowerCase(Locale.ROOT))) {
			this.reasonAgainst = "it uses '${" + name + "}'";
		}
		else if (!name.contains("\n") && this.names.add(name)) {
			addNamedIn(value(name));
		}
	}

	Map<String, String> values() {
		Map<String, String> values = new LinkedHashMap<>();
		for (String name : this.names) {
			values.put(name, value(name));
		}
		return values;
	}

	private static String value(String name) {
		Map.Entry<?, ?> variable = find(System.getenv(), name);
		if (variable == null) {
			variable = find(System.getProperties(), name);
		}
		return (variable != null) ? "=" + variable.getValue() : "";
	}

	private static Map.@Nullable Entry<?, ?> find(Map<?, ?> variables, String name) {
		for (Map.Entry<?, ?> variable : variables.entrySet()) {
			if (name.equalsIgnoreCase(String.valueOf(variable.getKey()))) {
				return variable;
			}
		}
		return null;
	}

	/**
	 * Return Liquibase's own configuration, which it takes from the same places.
	 * @return the values by name
	 */
	static Map<String, String> ofLiquibase() {
		Map<String, String> values = new LinkedHashMap<>();
		addOfLiquibase(values, System.getProperties());
		addOfLiquibase(values, System.getenv());
		return values;
	}

	private static void addOfLiquibase(Map<String, String> values, Map<?, ?> variables) {
		for (Map.Entry<?, ?> variable : variables.entrySet()) {
			String name = String.valueOf(variable.getKey());
			if (name.regionMatches(true, 0, "liquibase", 0, "liquibase".length())) {
				values.put(name, String.valueOf(variable.getValue()));
			}
		}
	}

	/**
	 * Loaded only by a full run.
	 */
	private static final class Patterns {

		static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");

		/** A condition that names its variable without an expression. */
		static final Pattern CONDITION = Pattern.compile("property[\"']?[ \\t]*[:=][ \\t]*[\"']?([^\"'\\s,}]+)");

		static final Pattern ESCAPE = Pattern.compile("&#0*36;|&#[xX]0*24;|\\\\u0024|\\\\x24|&dollar;",
				Pattern.CASE_INSENSITIVE);

	}

}
