package io.dbinit.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Turns a start whose first argument is {@value #NAME} into a command.
 * <ol>
 * <li>The arguments are parsed before anything starts. Usage errors and help end the
 * process.</li>
 * <li>The context is created lazily, without a web server, lifecycles and schedulers. The
 * log goes to standard error.</li>
 * <li>The command runs in place of the application's runners, and ends the process with
 * its exit code.</li>
 * </ol>
 * Instantiated by Spring Boot. Nothing of the commands is loaded by any other start.
 */
final class CommandRunListener implements SpringApplicationRunListener, Ordered {

	static final String NAME = "db-init";

	/** A command runs the initializer itself. */
	private static final Map<String, Object> PROPERTIES = Map.of("spring.main.web-application-type", "none",
			"spring.main.lazy-initialization", "true", "spring.main.banner-mode", "off", "spring.main.log-startup-info",
			"false", "spring.main.register-shutdown-hook", "true", "spring.jmx.enabled", "false", "db-init.enabled",
			"true", "db-init.run-at", "application-runner", "db-init.mode", "run", "db-init.on-failure", "fail");

	private final @Nullable CommandProcess process;

	CommandRunListener(SpringApplication application, String[] arguments) {
		boolean command = arguments.length > 0 && arguments[0].equals(NAME);
		this.process = command ? create(application, arguments) : null;
	}

	private static CommandProcess create(SpringApplication application, String[] arguments) {
		if (!ClassUtils.isPresent("picocli.CommandLine", CommandRunListener.class.getClassLoader())) {
			throw new IllegalStateException(
					"Commands need 'info.picocli:picocli' and 'com.github.freva:ascii-table', which 'initializer-starter' brings");
		}
		PrintStream out = System.out;
		System.setOut(System.err);
		application.addInitializers(
				(context) -> context.getBeanFactory().registerSingleton("lifecycleProcessor", new NoLifecycles()));
		return new CommandProcess(arguments, out, System.err);
	}

	@Override
	public void starting(ConfigurableBootstrapContext bootstrapContext) {
		if (this.process != null) {
			this.process.parse();
		}
	}

	@Override
	public void environmentPrepared(ConfigurableBootstrapContext bootstrapContext,
			ConfigurableEnvironment environment) {
		if (this.process != null) {
			environment.getPropertySources().addFirst(new MapPropertySource(NAME, PROPERTIES));
		}
	}

	@Override
	public void started(ConfigurableApplicationContext context, @Nullable Duration timeTaken) {
		if (this.process != null) {
			this.process.run(context);
		}
	}

	@Override
	public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
		if (this.process != null) {
			this.process.failed(exception);
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
