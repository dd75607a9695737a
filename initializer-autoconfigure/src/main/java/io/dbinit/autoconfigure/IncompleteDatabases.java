package io.dbinit.autoconfigure;

import org.springframework.core.env.Environment;

/**
 * Decides which requests are refused while the web server is up and the databases are not
 * complete, as not every platform looks at readiness.
 */
final class IncompleteDatabases {

	/** In seconds. */
	static final String RETRY_AFTER = "5";

	private final InitializerRunner runner;

	private final String actuator;

	private final EarlyPaths paths;

	IncompleteDatabases(InitializerRunner runner, Environment environment) {
		this.runner = runner;
		this.actuator = EarlyPaths.actuator(environment);
		this.paths = EarlyPaths.ofServer(environment, true);
	}

	/**
	 * Return whether a request is refused.
	 * @param path its path, with that of the application
	 */
	boolean refuse(String path) {
		return !this.runner.hasEnded() && !isActuator(path);
	}

	private boolean isActuator(String path) {
		return !this.actuator.isEmpty() && (path.equals(this.actuator) || path.startsWith(this.actuator + "/"))
				|| this.paths.liveness().contains(path) || this.paths.readiness().contains(path)
				|| this.paths.state().contains(path);
	}

}
