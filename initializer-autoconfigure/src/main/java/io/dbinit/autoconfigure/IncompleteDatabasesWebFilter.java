package io.dbinit.autoconfigure;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Answers requests to a reactive application with 503 until the databases are complete.
 */
final class IncompleteDatabasesWebFilter implements WebFilter, Ordered {

	private final IncompleteDatabases databases;

	IncompleteDatabasesWebFilter(IncompleteDatabases databases) {
		this.databases = databases;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!this.databases.refuse(exchange.getRequest().getPath().value())) {
			return chain.filter(exchange);
		}
		exchange.getResponse().getHeaders().set("Retry-After", IncompleteDatabases.RETRY_AFTER);
		exchange.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
		return exchange.getResponse().setComplete();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
