package io.dbinit.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample with one profile, started as a user starts it, on a random port.
 */
final class RunningSample implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RunningSample(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningSample start(String profile, Path directory, String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--spring.profiles.active=" + profile, "--sample.directory=" + directory.toAbsolutePath(),
						"--server.port=0", "--spring.main.banner-mode=off"));
		all.addAll(Arrays.asList(arguments));
		return new RunningSample(new SpringApplicationBuilder(SampleApplication.class).run(all.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	boolean has(Class<?> type) {
		return this.context.getBeanProvider(type).getIfAvailable() != null;
	}

	/**
	 * Return the body of the service's response, of any status.
	 */
	JsonNode get(String path) throws IOException, InterruptedException {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		String body = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
		return new JsonMapper().readTree(body);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
