package io.dbinit.autoconfigure;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * The TLS settings of a web server, before there is one.
 */
final class EarlyTls {

	private static final boolean WEB_SERVER_PRESENT = ClassUtils
		.isPresent("org.springframework.boot.web.server.WebServerSslBundle", EarlyTls.class.getClassLoader());

	private final Environment environment;

	private final ObjectProvider<SslBundles> bundles;

	EarlyTls(Environment environment, ObjectProvider<SslBundles> bundles) {
		this.environment = environment;
		this.bundles = bundles;
	}

	/**
	 * Return the context of a web server.
	 * @param prefix the prefix of its properties, like {@code server}
	 * @return the context, or {@code null} if it does not speak TLS
	 */
	@Nullable SSLContext context(String prefix) {
		return WEB_SERVER_PRESENT ? OfWebServer.context(prefix + ".ssl", this.environment, this.bundles) : null;
	}

	/**
	 * Apart, as Spring Boot's module is optional.
	 */
	private static final class OfWebServer {

		static @Nullable SSLContext context(String prefix, Environment environment,
				ObjectProvider<SslBundles> bundles) {
			Ssl ssl = Binder.get(environment).bind(prefix, Bindable.of(Ssl.class)).orElse(null);
			if (!Ssl.isEnabled(ssl)) {
				return null;
			}
			SslBundle bundle = WebServerSslBundle.get(ssl, bundles.getIfAvailable());
			return bundle.createSslContext();
		}

	}

}
