package io.dbinit.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.dbinit.PlanCustomizer;
import io.dbinit.testing.InMemoryDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a running service answers over HTTP while a long migration runs.
 */
@Timeout(120)
class ActuatorWebTests {

	private static volatile int port;

	private static volatile GatedStep step;

	private static volatile ConfigurableApplicationContext context;

	@Test
	void livenessIsUpAndReadinessIsNotWhileStepRuns() throws Exception {
		step = new GatedStep();
		Thread thread = new Thread(() -> new SpringApplicationBuilder(Service.class)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"management.endpoints.web.exposure.include=health,dbinit",
					"management.endpoint.health.probes.enabled=true",
					"spring.autoconfigure.exclude="
							+ "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
							+ "org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration,"
							+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
			.listeners(
					(ApplicationListener<WebServerInitializedEvent>) (event) -> port = event.getWebServer().getPort())
			.run());
		thread.start();
		step.begun.await();
		assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(503);
		assertThat(get("/actuator/db-init").body()).contains("\"doing\":\"half of it\"").doesNotContain("null");
		HttpResponse<String> page = get("/actuator/db-init", "text/html,application/xhtml+xml,*/*;q=0.8");
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.body()).contains("<p class=\"doing\">half of it</p>", "data-state=\"RUNNING\"",
				"http-equiv=\"refresh\"", "data-live=\"true\"");
		assertThat(get("/actuator/db-init", "application/json").headers().firstValue("Content-Type"))
			.hasValue("application/json");
		assertThat(get("/actuator/db-init").headers().firstValue("Content-Type"))
			.hasValue("application/vnd.spring-boot.actuator.v3+json");
		step.gate.countDown();
		thread.join();
		assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
		assertThat(get("/actuator/db-init").body()).contains("\"state\":\"COMPLETE\"");
		assertThat(get("/actuator/db-init/memory").body()).contains("\"name\":\"memory\"");
		assertThat(get("/actuator/db-init/other").statusCode()).isEqualTo(404);
		context.close();
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return get(path, "*/*");
	}

	private static HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
				.header("Accept", accept)
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Service {

		@Bean
		PlanCustomizer memory(ConfigurableApplicationContext created) {
			context = created;
			return (plan) -> plan.database(new InMemoryDatabase("memory")).step("memory", step);
		}

	}

}
