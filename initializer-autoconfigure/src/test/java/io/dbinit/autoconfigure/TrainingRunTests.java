package io.dbinit.autoconfigure;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dbinit.Initializer;
import io.dbinit.Report.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes that are started to be recorded and not to serve.
 */
@Tag("slow")
class TrainingRunTests {

	@TempDir
	private Path folder;

	@Tag("slow")
	@ParameterizedTest
	@CsvSource({ "auto, onRefresh", "application-runner, onRefresh", "context-refresh, onRefresh",
			"context-refresh, ONREFRESH" })
	void aTrainingRunTouchesNoDatabase(String runAt, String exit) throws Exception {
		String output = start("-Dspring.context.exit=" + exit, "--db-init.run-at=" + runAt);
		assertThat(tables()).as(output).isEmpty();
		if (runAt.equals("context-refresh")) {
			assertThat(output).contains("Databases are left as they are in a training run");
		}
	}

	@Tag("slow")
	@ParameterizedTest
	@EnumSource(DbInitProperties.RunAt.class)
	void aStartThatIsNoTrainingRunDoes(DbInitProperties.RunAt runAt) throws Exception {
		String output = start("-Dspring.context.exit=never", "--db-init.run-at=" + runAt);
		assertThat(tables()).as(output).contains("CUSTOMER", "DB_INIT_DATABASE");
	}

	private String start(String option, String argument) throws Exception {
		File log = this.folder.resolve("log").toFile();
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), option, "-cp",
						System.getProperty("java.class.path"), TrainedApplication.class.getName(),
						"--spring.datasource.url=" + url(), "--spring.datasource.username=sa", argument));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String output = Files.readString(log.toPath());
		assertThat(process.exitValue()).as(output).isZero();
		return output;
	}

	private String url() {
		return "jdbc:h2:file:" + this.folder.resolve("db");
	}

	private List<String> tables() throws Exception {
		try (Connection connection = DriverManager.getConnection(url(), "sa", "");
				ResultSet tables = connection.getMetaData().getTables(null, "PUBLIC", null, null)) {
			List<String> names = new ArrayList<>();
			while (tables.next()) {
				names.add(tables.getString("TABLE_NAME"));
			}
			return names;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "application-runner", "context-refresh" })
	void aotProcessingTouchesNoDatabase(String runAt) throws Exception {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues
				.of("spring.datasource.url=" + url(), "spring.datasource.username=sa", "db-init.run-at=" + runAt,
						"db-init.mongodb.enabled=false", "db-init.seeds.locations=${KNOWN_LATER}",
						"spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql")
				.applyTo(context);
			context.register(TrainedApplication.class);
			TestPropertyValues.of("spring.aot.processing=true")
				.applyToSystemProperties(() -> new ApplicationContextAotGenerator().processAheadOfTime(context,
						new DefaultGenerationContext(
								new ClassNameGenerator(ClassName.get("io.dbinit.test", "Application")),
								new InMemoryGeneratedFiles())));
		}
		assertThat(tables()).isEmpty();
	}

	@Test
	void aBeanThatIsMadeDuringAotProcessingTouchesNoDatabase() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class))
			.withPropertyValues("db-init.run-at=context-refresh")
			.withSystemProperties("spring.aot.processing=true")
			.run((context) -> assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.PENDING));
	}

	@Test
	void aProcessThatIsCheckpointedOnRefreshRunsOnceItIsRestored() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class))
			.withPropertyValues("db-init.run-at=context-refresh")
			.withSystemProperties("spring.context.checkpoint=onRefresh")
			.run((context) -> {
				Initializer initializer = context.getBean(Initializer.class);
				assertThat(initializer.report().state()).isEqualTo(State.PENDING);
				context.getBean(InitializerRunner.AtContextRefresh.class).run(new DefaultApplicationArguments());
				assertThat(initializer.report().state()).isEqualTo(State.COMPLETE);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TrainedApplication {

		public static void main(String[] args) {
			new SpringApplicationBuilder(TrainedApplication.class).web(WebApplicationType.NONE)
				.properties("spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql",
						"db-init.mongodb.enabled=false", "spring.main.banner-mode=off")
				.run(args);
		}

	}

}
