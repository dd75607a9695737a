package io.dbinit.autoconfigure;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;

/**
 * Answers requests to a servlet application with 503 until the databases are complete.
 */
final class IncompleteDatabasesFilter implements Filter, Ordered {

	private final IncompleteDatabases databases;

	IncompleteDatabasesFilter(IncompleteDatabases databases) {
		this.databases = databases;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse answer
				&& this.databases.refuse(http.getRequestURI())) {
			answer.setHeader("Retry-After", IncompleteDatabases.RETRY_AFTER);
			answer.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
			return;
		}
		chain.doFilter(request, response);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
