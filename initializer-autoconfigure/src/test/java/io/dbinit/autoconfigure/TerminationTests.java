package io.dbinit.autoconfigure;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dbinit.Initializer;
import io.dbinit.Phase;
import io.dbinit.PlanCustomizer;
import io.dbinit.testing.TestStep;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a process that is told to end by {@code SIGTERM} while it works on its
 * databases, at each moment.
 */
@Tag("slow")
class TerminationTests {

	private static final String WITH_TEMPLATES = "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration,"
			+ "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration,"
			+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
			+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,"
			+ "org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration";

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "auto, true, bean 'entityManagerFactory'", "auto, false, lifecycle 'listener'",
			"context-refresh, false, context refresh", "application-runner, true, application runner" })
	void givesTheLockBack(String runAt, boolean template, String moment) throws Exception {
		File log = this.folder.resolve("log").toFile();
		Process process = start(log, "--db-init.run-at=" + runAt,
				template ? "" : "--spring.autoconfigure.exclude=" + WITH_TEMPLATES);
		try {
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> Files.exists(begun()) || !process.isAlive());
			assertThat(process.isAlive()).as(Files.readString(log.toPath())).isTrue();
			assertThat(Files.readString(begun())).isEqualTo(moment);
			process.destroy();
			// Less than a graceful period of 30 s
			assertThat(process.waitFor(25, TimeUnit.SECONDS)).as(Files.readString(log.toPath())).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(owner()).as(Files.readString(log.toPath())).isNull();
	}

	private Process start(File log, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), TerminatedApplication.class.getName(),
						"--spring.datasource.url=" + url(), "--spring.datasource.username=sa", "--begun=" + begun()));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
	}

	private Path begun() {
		return this.folder.resolve("begun");
	}

	private String url() {
		return "jdbc:h2:file:" + this.folder.resolve("db");
	}

	private String owner() throws Exception {
		try (Connection connection = DriverManager.getConnection(url(), "sa", "");
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select owner from db_init_lock")) {
			assertThat(rows.next()).isTrue();
			return rows.getString(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TerminatedApplication {

		public static void main(String[] args) {
			new SpringApplicationBuilder(TerminatedApplication.class).web(WebApplicationType.NONE)
				.properties("db-init.mongodb.enabled=false", "spring.liquibase.enabled=false",
						"spring.main.banner-mode=off", "spring.sql.init.mode=never",
						"spring.lifecycle.timeout-per-shutdown-phase=1h")
				.run(args);
		}

		/**
		 * The work goes on until it is told to end.
		 */
		@Bean
		static PlanCustomizer work(Environment environment, ObjectProvider<Initializer> initializer) {
			Path begun = Path.of(environment.getRequiredProperty("begun"));
			return (plan) -> plan.step("jdbc", new TestStep("work", Phase.MIGRATE, (context) -> {
				Files.writeString(begun, initializer.getObject().report().moment());
				while (true) {
					Thread.sleep(50);
					context.checkLock();
				}
			}));
		}

		@Bean
		SmartLifecycle listener() {
			return new SmartLifecycle() {

				private boolean running;

				@Override
				public void start() {
					this.running = true;
				}

				@Override
				public void stop() {
					this.running = false;
				}

				@Override
				public boolean isRunning() {
					return this.running;
				}

			};
		}

	}

}
