package io.dbinit.comparison;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves an application the auto-configurations of its own technology, as if it had no
 * other on its class path.
 */
class TechnologyFilter implements AutoConfigurationImportFilter, EnvironmentAware {

	/** Beginnings of class names. */
	static final String PROPERTY = "comparison.technology";

	private static final List<String> ALWAYS = List.of("io.dbinit.", "org.springframework.boot.autoconfigure.",
			"org.springframework.boot.jdbc.autoconfigure.DataSource", "org.springframework.boot.liquibase.",
			"org.springframework.boot.transaction.");

	/** The filter is asked about what they import, too. */
	private static final Set<String> AUTO_CONFIGURATIONS = new HashSet<>(
			ImportCandidates.load(AutoConfiguration.class, null).getCandidates());

	private Environment environment;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
		List<String> technology = List.of(this.environment.getProperty(PROPERTY, String[].class, new String[0]));
		boolean[] matches = new boolean[classes.length];
		for (int i = 0; i < classes.length; i++) {
			String name = classes[i];
			matches[i] = !AUTO_CONFIGURATIONS.contains(name)
					|| Stream.concat(ALWAYS.stream(), technology.stream()).anyMatch(name::startsWith);
		}
		return matches;
	}

}
