package io.dbinit.autoconfigure;

import java.util.concurrent.atomic.AtomicBoolean;

import io.dbinit.Initializer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IncompleteDatabasesWebFilter}.
 */
class IncompleteDatabasesWebFilterTests {

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbInitAutoConfiguration.class));

	@Test
	void refusesRequestsUntilTheDatabasesAreComplete() {
		this.runner.withPropertyValues("spring.webflux.base-path=/app").run((context) -> {
			IncompleteDatabasesWebFilter filter = context.getBean(IncompleteDatabasesWebFilter.class);
			assertThat(status(filter, "/app/orders")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
			assertThat(status(filter, "/actuator/health")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
			assertThat(status(filter, "/app/actuator/health/liveness")).isNull();
			context.getBean(InitializerRunner.AtApplicationRunner.class).run(new DefaultApplicationArguments());
			assertThat(context.getBean(Initializer.class).report().moment()).isEqualTo("application runner");
			assertThat(status(filter, "/app/orders")).isNull();
		});
	}

	@Test
	void isNotThereWhereTheWorkIsDoneBefore() {
		this.runner.withPropertyValues("db-init.run-at=context-refresh")
			.run((context) -> assertThat(context).doesNotHaveBean(IncompleteDatabasesWebFilter.class));
	}

	/**
	 * Return the status of a request that was refused, or {@code null}.
	 */
	private static HttpStatusCode status(IncompleteDatabasesWebFilter filter, String path) {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(path));
		AtomicBoolean passed = new AtomicBoolean();
		filter.filter(exchange, (passing) -> Mono.fromRunnable(() -> passed.set(true))).block();
		assertThat(passed.get()).isEqualTo(exchange.getResponse().getStatusCode() == null);
		return exchange.getResponse().getStatusCode();
	}

}
