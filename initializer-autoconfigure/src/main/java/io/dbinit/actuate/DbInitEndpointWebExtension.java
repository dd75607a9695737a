package io.dbinit.actuate;

import java.util.Set;

import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of the {@link DbInitEndpoint} that
 * knows the roles of the caller.
 */
@EndpointWebExtension(endpoint = DbInitEndpoint.class)
public class DbInitEndpointWebExtension {

	private final DbInitEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create an extension.
	 * @param delegate the endpoint
	 * @param showValues when values are shown
	 * @param roles the roles that see values when they are shown to authorized users
	 */
	public DbInitEndpointWebExtension(DbInitEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = delegate;
		this.showValues = showValues;
		this.roles = roles;
	}

	/**
	 * Show every database: as JSON, or as a page to a browser.
	 * @param securityContext the caller
	 * @param format the format that the caller accepts
	 * @return the report
	 */
	@ReadOperation(producesFrom = DbInitFormat.class)
	public WebEndpointResponse<Object> report(SecurityContext securityContext, DbInitFormat format) {
		DbInitDescriptor report = this.delegate.report(this.showValues.isShown(securityContext, this.roles));
		return new WebEndpointResponse<>((format == DbInitFormat.HTML) ? DbInitPage.of(report) : report, format);
	}

	/**
	 * Show one database.
	 * @param securityContext the caller
	 * @param database its name
	 * @return the database, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable DatabaseDescriptor database(SecurityContext securityContext, @Selector String database) {
		return this.delegate.database(database, this.showValues.isShown(securityContext, this.roles));
	}

}
