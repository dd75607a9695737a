package io.dbinit.actuate;

import java.nio.charset.StandardCharsets;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Formats of the {@link DbInitEndpoint}. A browser, which asks for HTML before anything
 * else, gets the page; the last one that the caller accepts is used.
 */
enum DbInitFormat implements Producible<DbInitFormat> {

	/** JSON, under its common name. */
	JSON(MimeTypeUtils.APPLICATION_JSON),

	/** JSON, under the name of Actuator. */
	ACTUATOR(MimeType.valueOf("application/vnd.spring-boot.actuator.v3+json")),

	/** The page for people. */
	HTML(new MimeType(MimeTypeUtils.TEXT_HTML, StandardCharsets.UTF_8));

	private final MimeType type;

	DbInitFormat(MimeType type) {
		this.type = type;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.type;
	}

	@Override
	public boolean isDefault() {
		return this == ACTUATOR;
	}

}
