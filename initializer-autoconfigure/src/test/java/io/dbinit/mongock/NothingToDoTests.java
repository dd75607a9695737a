package io.dbinit.mongock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.dbinit.Initializer;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.mongock.units.greeting.Greeter;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests in separate processes which classes a start with nothing to do loads.
 */
@RequiresServer
class NothingToDoTests {

	private static final Pattern OF_MONGOCK = Pattern
		.compile("] (io\\.mongock|com\\.github\\.cloudyrock|io\\.changock|org\\.reflections|javassist)\\.");

	@TempDir
	Path folder;

	@Test
	void noClassOfMongockIsLoaded() throws Exception {
		String database = MongoDb.database();
		try {
			assertThat(loadedByMongock(start(database, "first"))).isNotEmpty();
			assertThat(loadedByMongock(start(database, "second"))).isEmpty();
		}
		finally {
			MongoDb.client().getDatabase(database).drop();
		}
	}

	private Path start(String database, String name) throws IOException, InterruptedException {
		Path classes = this.folder.resolve(name + ".classes");
		Path output = this.folder.resolve(name + ".log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xlog:class+load:file=" + classes, "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), Service.class.getName(),
				"--spring.mongodb.uri=" + MongoDb.uri(database),
				"--db-init.mongock.packages=io.dbinit.mongock.units.greeting")
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(() -> read(output)).isZero();
		return classes;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static List<String> loadedByMongock(Path classes) throws IOException {
		try (Stream<String> lines = Files.lines(classes)) {
			return lines.filter((line) -> OF_MONGOCK.matcher(line).find()).toList();
		}
	}

	/**
	 * A service.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ MongoAutoConfiguration.class, DbInitAutoConfiguration.class,
			MongoDbAutoConfiguration.class, MongockStepAutoConfiguration.class })
	static class Service {

		@Bean
		Greeter greeter() {
			return new Greeter("hello");
		}

		public static void main(String[] args) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Service.class)
				.web(WebApplicationType.NONE)
				.run(args)) {
				System.out.println(context.getBean(Initializer.class).report());
			}
		}

	}

}
