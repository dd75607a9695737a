package io.dbinit.actuate;

import io.dbinit.Initializer;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@link DbInitEndpoint}.
 */
@AutoConfiguration(afterName = "io.dbinit.autoconfigure.DbInitAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Initializer.class)
@ConditionalOnAvailableEndpoint(DbInitEndpoint.class)
@EnableConfigurationProperties(DbInitEndpointProperties.class)
public final class DbInitEndpointAutoConfiguration {

	private static final EndpointId ID = EndpointId.of("dbinit");

	@Bean
	@ConditionalOnMissingBean
	DbInitEndpoint dbInitEndpoint(Initializer initializer, DbInitEndpointProperties properties) {
		DbInitEndpoint endpoint = new DbInitEndpoint(initializer);
		endpoint.setShowValues(properties.getShowValues());
		return endpoint;
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(DbInitEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	DbInitEndpointWebExtension dbInitEndpointWebExtension(DbInitEndpoint endpoint,
			DbInitEndpointProperties properties) {
		return new DbInitEndpointWebExtension(endpoint, properties.getShowValues(), properties.getRoles());
	}

	/**
	 * An id with a dash is legal and logs a warning at every start, so that only the path
	 * has one. The mapping of {@code management.endpoints.web.path-mapping} is asked
	 * first.
	 * @return the mapper of the path
	 */
	@Bean
	PathMapper dbInitPathMapper() {
		return (endpointId) -> ID.equals(endpointId) ? "db-init" : null;
	}

}
