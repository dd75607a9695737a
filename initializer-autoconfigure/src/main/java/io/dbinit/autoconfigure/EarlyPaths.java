package io.dbinit.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * The paths of one port at which Spring Boot's Actuator will answer probes.
 *
 * @param liveness the paths of the liveness probe
 * @param readiness the paths of the readiness probe and of health itself
 * @param state the paths of the endpoint of the initializer
 */
record EarlyPaths(Set<String> liveness, Set<String> readiness, Set<String> state) {

	private static final boolean HEALTH_PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.health.actuate.endpoint.HealthEndpoint", EarlyPaths.class.getClassLoader());

	private static final String ENDPOINT = "management.endpoint.health.";

	private static final String WEB = "management.endpoints.web.";

	/**
	 * Return the paths of the port of the application.
	 * @param environment the properties
	 * @param management whether Actuator has the same port
	 */
	static EarlyPaths ofServer(Environment environment, boolean management) {
		String context = context(environment);
		EarlyPaths paths = management ? of(environment, context) : none();
		if (HEALTH_PRESENT) {
			boolean additional = environment.getProperty(ENDPOINT + "probes.add-additional-paths", Boolean.class,
					false);
			paths.add("server", context, additional, environment);
		}
		return paths;
	}

	/**
	 * Return the paths of Actuator's own port.
	 * @param environment the properties
	 */
	static EarlyPaths ofManagement(Environment environment) {
		String base = path(environment.getProperty("management.server.base-path", ""));
		EarlyPaths paths = of(environment, base);
		paths.add("management", base, false, environment);
		return paths;
	}

	/**
	 * Return the path under which Actuator has its endpoints on the port of the
	 * application, with that of the application; empty if it has none there.
	 * @param environment the properties
	 */
	static String actuator(Environment environment) {
		String base = path(environment.getProperty(WEB + "base-path", "/actuator"));
		return (HEALTH_PRESENT && !base.isEmpty()) ? context(environment) + base : "";
	}

	private static String context(Environment environment) {
		return path(environment.getProperty("server.servlet.context-path",
				environment.getProperty("spring.webflux.base-path", "")));
	}

	private static EarlyPaths none() {
		return new EarlyPaths(new HashSet<>(), new HashSet<>(), new HashSet<>());
	}

	private static EarlyPaths of(Environment environment, String context) {
		EarlyPaths paths = none();
		if (HEALTH_PRESENT) {
			String base = context + path(environment.getProperty(WEB + "base-path", "/actuator"));
			String health = base + path(environment.getProperty(WEB + "path-mapping.health", "health"));
			if (environment.getProperty(ENDPOINT + "probes.enabled", Boolean.class, true)) {
				paths.liveness.add(health + "/liveness");
			}
			paths.readiness.addAll(List.of(health, health + "/readiness"));
			if (isExposed(environment)) {
				paths.state.add(base + path(environment.getProperty(WEB + "path-mapping.dbinit", "db-init")));
			}
		}
		return paths;
	}

	private static boolean isExposed(Environment environment) {
		String included = names(environment, "exposure.include");
		String excluded = names(environment, "exposure.exclude");
		return (included.contains("*") || included.contains("dbinit")) && !excluded.contains("*")
				&& !excluded.contains("dbinit");
	}

	/**
	 * The id of an endpoint may be written with dashes.
	 */
	private static String names(Environment environment, String property) {
		List<String> names = Binder.get(environment)
			.bind(WEB + property, Bindable.listOf(String.class))
			.orElse(List.of());
		return String.join(",", names).replaceAll("[-.]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Add the paths outside of Actuator's, like {@code server:/livez}.
	 */
	private void add(String server, String context, boolean additional, Environment environment) {
		for (String group : List.of("liveness", "readiness")) {
			Set<String> paths = group.equals("liveness") ? this.liveness : this.readiness;
			String configured = environment.getProperty(ENDPOINT + "group." + group + ".additional-path");
			if (configured != null && configured.startsWith(server + ":")) {
				paths.add(context + path(configured.substring(server.length() + 1)));
			}
			else if (additional) {
				paths.add(context + (group.equals("liveness") ? "/livez" : "/readyz"));
			}
		}
	}

	private static String path(@Nullable String path) {
		String text = (path != null) ? path.strip() : "";
		String begun = (text.isEmpty() || text.startsWith("/")) ? text : "/" + text;
		return begun.endsWith("/") ? begun.substring(0, begun.length() - 1) : begun;
	}

}
