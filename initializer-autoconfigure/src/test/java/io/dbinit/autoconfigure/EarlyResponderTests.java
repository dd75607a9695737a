package io.dbinit.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.dbinit.Initializer;
import io.dbinit.Phase;
import io.dbinit.PlanCustomizer;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the answers that a web application gives while its databases are made
 * complete.
 */
@ExtendWith(OutputCaptureExtension.class)
class EarlyResponderTests {

	static final List<String> EXCLUDED = List.of(
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration",
			"org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration");

	private final HttpClient client = HttpClient.newHttpClient();

	private final int port = freePort();

	private final CountDownLatch working = new CountDownLatch(1);

	private final CountDownLatch proceed = new CountDownLatch(1);

	private CompletableFuture<ConfigurableApplicationContext> starting;

	@AfterEach
	void stop() {
		this.proceed.countDown();
		if (this.starting != null) {
			this.starting.handle((context, ex) -> {
				if (context != null) {
					context.close();
				}
				return true;
			}).join();
		}
	}

	@Test
	void answersProbesUntilTheWebServerStarts() throws Exception {
		start(true, "--db-init.early.after=0s", "--management.endpoints.web.exposure.include=health,db-init",
				"--management.endpoint.health.probes.add-additional-paths=true", "--server.servlet.context-path=/app");
		awaitStatus("/app/actuator/health/liveness", 200);
		assertThat(status("/app/livez")).isEqualTo(200);
		assertThat(status("/app/readyz")).isEqualTo(503);
		assertThat(status("/app/actuator/health/readiness")).isEqualTo(503);
		assertThat(status("/app/actuator/health")).isEqualTo(503);
		assertThat(get("/app/actuator/db-init").body()).isEqualTo("{\"state\":\"RUNNING\",\"steps\":1,\"done\":0}");
		HttpResponse<String> other = get("/app/greeting");
		assertThat(other.statusCode()).isEqualTo(503);
		assertThat(other.headers().firstValue("Retry-After")).contains("5");
		this.proceed.countDown();
		this.starting.get(1, TimeUnit.MINUTES);
		assertThat(get("/app/greeting").body()).isEqualTo("hello");
		assertThat(status("/app/actuator/health/readiness")).isEqualTo(200);
		assertThat(this.starting.join().getBean(Initializer.class).report().moment()).isEqualTo("lifecycle 'listener'");
	}

	@Test
	void livenessIsAnsweredThroughout() throws Exception {
		start(true, "--db-init.early.after=0s");
		awaitStatus("/actuator/health/liveness", 200);
		List<Object> answers = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> probe = CompletableFuture.runAsync(() -> {
			do {
				answers.add(statusOrError("/actuator/health/liveness"));
			}
			while (!this.starting.isDone());
		});
		Awaitility.await().until(() -> !answers.isEmpty());
		this.proceed.countDown();
		this.starting.get(1, TimeUnit.MINUTES);
		probe.get(1, TimeUnit.MINUTES);
		assertThat(answers).filteredOn(Integer.class::isInstance).isNotEmpty().containsOnly(200);
	}

	@Test
	void actuatorMayHaveAnotherPort() throws Exception {
		int management = freePort();
		start(true, "--db-init.early.after=0s", "--management.server.port=" + management);
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> status(management, "/actuator/health/liveness"), (status) -> status == 200);
		assertThat(status("/actuator/health/liveness")).isEqualTo(503);
		assertThat(status(management, "/greeting")).isEqualTo(503);
	}

	@Test
	void neverOpensWhereTheWorkTakesLessTime(CapturedOutput output) throws Exception {
		this.proceed.countDown();
		start(true, "--db-init.early.after=30s");
		this.starting.get(1, TimeUnit.MINUTES);
		assertThat(output).doesNotContain("Answering probes").doesNotContain("Nothing answers");
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("db-init-early");
	}

	@Test
	void saysThatItDoesNotAnswerOnARandomPort(CapturedOutput output) {
		start(true, "--db-init.early.after=0s", "--server.port=0");
		Awaitility.await()
			.untilAsserted(() -> assertThat(output)
				.contains("Nothing answers before the web server starts, as 'server.port' is 0"));
	}

	@Test
	void aRequestThatIsNotSentToItsEndKeepsNoProbeWaiting() throws Exception {
		start(true, "--db-init.early.after=0s");
		awaitStatus("/actuator/health/liveness", 200);
		try (Socket slow = new Socket("localhost", this.port)) {
			slow.getOutputStream().write("GET /actu".getBytes(StandardCharsets.US_ASCII));
			slow.getOutputStream().flush();
			for (int i = 0; i < 20; i++) {
				assertThat(status("/actuator/health/liveness")).isEqualTo(200);
			}
		}
	}

	@Test
	void saysThatThePortIsInUse(CapturedOutput output) throws Exception {
		try (ServerSocket other = new ServerSocket(this.port)) {
			start(true, "--db-init.early.after=0s");
			Awaitility.await()
				.untilAsserted(() -> assertThat(output).contains(
						"Nothing answers on port %d before the web server starts".formatted(other.getLocalPort())));
		}
	}

	@Test
	void closesWhenTheWorkFails() {
		assertThatException().isThrownBy(() -> run(true, (context) -> {
			awaitStatus("/actuator/health/liveness", 200);
			throw new IllegalStateException("Disk full");
		}, "--db-init.early.after=0s"));
		assertThat(statusOrError("/actuator/health/liveness")).isInstanceOf(IOException.class);
	}

	@Test
	void requestsAreRefusedWhileTheRunnerWorks() throws Exception {
		start(false, "--management.endpoints.web.exposure.include=health,dbinit");
		awaitStatus("/actuator/health/liveness", 200);
		HttpResponse<String> refused = get("/greeting");
		assertThat(refused.statusCode()).isEqualTo(503);
		assertThat(refused.headers().firstValue("Retry-After")).contains("5");
		assertThat(get("/actuator/db-init").body()).contains("\"state\":\"RUNNING\"");
		this.proceed.countDown();
		this.starting.get(1, TimeUnit.MINUTES);
		assertThat(get("/greeting").body()).isEqualTo("hello");
	}

	private void start(boolean lifecycle, String... arguments) {
		this.starting = CompletableFuture.supplyAsync(() -> run(lifecycle, (context) -> {
			this.working.countDown();
			this.proceed.await(1, TimeUnit.MINUTES);
		}, arguments));
	}

	private ConfigurableApplicationContext run(boolean lifecycle, TestStep.Work work, String... arguments) {
		List<Class<?>> sources = new ArrayList<>(List.of(WebConfiguration.class));
		if (lifecycle) {
			sources.add(LifecycleConfiguration.class);
		}
		return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.SERVLET)
			.initializers(
					(context) -> context.getBeanFactory().registerSingleton("customizer", (PlanCustomizer) (plan) -> {
						plan.database(new InMemoryDatabase("memory"));
						plan.step("memory", new TestStep("work", Phase.MIGRATE, work));
					}))
			.properties("server.port=" + this.port, "db-init.mongodb.enabled=false", "spring.main.banner-mode=off",
					"spring.autoconfigure.exclude=" + String.join(",", EXCLUDED))
			.run(arguments);
	}

	private void awaitStatus(String path, int status) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> statusOrError(path), (answer) -> answer.equals(status));
	}

	private Object statusOrError(String path) {
		try {
			return status(path);
		}
		catch (IOException ex) {
			return ex;
		}
	}

	private int status(String path) throws IOException {
		return status(this.port, path);
	}

	private int status(int port, String path) throws IOException {
		return get(port, path).statusCode();
	}

	private HttpResponse<String> get(String path) throws IOException {
		return get(this.port, path);
	}

	private HttpResponse<String> get(int port, String path) throws IOException {
		try {
			return this.client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
				.timeout(Duration.ofSeconds(20))
				.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class WebConfiguration {

		@GetMapping("/greeting")
		String greeting() {
			return "hello";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LifecycleConfiguration {

		@Bean
		SmartLifecycle listener() {
			return new SmartLifecycle() {

				@Override
				public void start() {
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return true;
				}

			};
		}

	}

}
