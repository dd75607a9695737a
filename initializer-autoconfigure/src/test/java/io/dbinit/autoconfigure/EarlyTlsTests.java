package io.dbinit.autoconfigure;

import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

import io.dbinit.Phase;
import io.dbinit.PlanCustomizer;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the answers of a web application that speaks TLS, while its databases are made
 * complete.
 */
class EarlyTlsTests {

	private static final String PASSWORD = "changeit";

	@TempDir
	private Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "server.ssl.bundle=web", "server.ssl.key-store=%s" })
	void speaksTlsWithTheCertificateOfTheWebServer(String property) throws Exception {
		Path keyStore = keyStore();
		HttpClient client = HttpClient.newBuilder().sslContext(trusting(keyStore)).build();
		int port = freePort();
		CountDownLatch proceed = new CountDownLatch(1);
		CompletableFuture<ConfigurableApplicationContext> starting = CompletableFuture
			.supplyAsync(() -> start(port, keyStore, property, proceed));
		try {
			HttpResponse<String> early = Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.ignoreExceptions()
				.until(() -> get(client, port, "/actuator/health/liveness"), (answer) -> answer.statusCode() == 200);
			assertThat(get(client, port, "/greeting").statusCode()).isEqualTo(503);
			proceed.countDown();
			try (ConfigurableApplicationContext context = starting.get(1, TimeUnit.MINUTES)) {
				HttpResponse<String> served = get(client, port, "/greeting");
				assertThat(served.body()).isEqualTo("hello");
				assertThat(certificate(early)).isEqualTo(certificate(served));
			}
		}
		finally {
			proceed.countDown();
		}
	}

	private static ConfigurableApplicationContext start(int port, Path keyStore, String property,
			CountDownLatch proceed) {
		return new SpringApplicationBuilder(EarlyResponderTests.WebConfiguration.class,
				EarlyResponderTests.LifecycleConfiguration.class)
			.web(WebApplicationType.SERVLET)
			.initializers(
					(context) -> context.getBeanFactory().registerSingleton("customizer", (PlanCustomizer) (plan) -> {
						plan.database(new InMemoryDatabase("memory"));
						plan.step("memory", new TestStep("work", Phase.MIGRATE, (step) -> {
							proceed.await(1, TimeUnit.MINUTES);
						}));
					}))
			.properties("server.port=" + port, "db-init.early.after=0s", "db-init.mongodb.enabled=false",
					"spring.main.banner-mode=off",
					"spring.autoconfigure.exclude=" + String.join(",", EarlyResponderTests.EXCLUDED),
					property.formatted(keyStore.toUri()),
					property.contains("bundle") ? "" : "server.ssl.key-store-password=" + PASSWORD,
					"spring.ssl.bundle.jks.web.keystore.location=" + keyStore.toUri(),
					"spring.ssl.bundle.jks.web.keystore.password=" + PASSWORD)
			.run();
	}

	private static HttpResponse<String> get(HttpClient client, int port, String path) throws Exception {
		return client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private static Object certificate(HttpResponse<String> response) throws Exception {
		SSLSession session = response.sslSession().orElseThrow();
		return session.getPeerCertificates()[0];
	}

	private Path keyStore() throws Exception {
		Path file = this.folder.resolve("web.p12");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "web", "-keyalg", "RSA", "-storetype", "PKCS12", "-storepass", PASSWORD,
				"-dname", "CN=localhost", "-ext", "san=dns:localhost", "-keystore", file.toString())
			.inheritIO()
			.start();
		assertThat(process.waitFor()).isZero();
		return file;
	}

	private static SSLContext trusting(Path keyStore) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(keyStore)) {
			store.load(stream, PASSWORD.toCharArray());
		}
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("web", store.getCertificate("web"));
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, factory.getTrustManagers(), null);
		return context;
	}

	private static int freePort() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

}
