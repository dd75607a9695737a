package io.dbinit.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.mongodb.ConnectionString;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A server of MongoDB's protocol in this JVM, so that the sample needs no installation.
 * It keeps its data in a file, and is not there if {@code spring.mongodb.uri} names
 * another one. Not a MongoDB: validators and expiry are accepted and do nothing.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${spring.mongodb.uri:}'.isEmpty()")
@ConditionalOnBooleanProperty(name = "db-init.mongodb.enabled", matchIfMissing = true)
class EmbeddedMongoServer {

	@Bean(destroyMethod = "shutdown")
	MongoServer mongoServer(@Value("${sample.directory}") Path directory) throws IOException {
		Files.createDirectories(directory);
		return new MongoServer(new Backend(directory.resolve("mongodb.mv.db")));
	}

	@Bean
	MongoConnectionDetails mongoConnectionDetails(MongoServer server, @Value("${sample.system}") String database) {
		ConnectionString uri = new ConnectionString(server.bindAndGetConnectionString() + "/" + database);
		return () -> uri;
	}

	/**
	 * Answers {@code hello} as it does {@code ismaster}: the health indicator asks so.
	 */
	private static final class Backend extends H2Backend {

		Backend(Path file) {
			super(file.toString());
		}

		@Override
		public Document handleCommand(Channel channel, String database, String command, Document query) {
			return super.handleCommand(channel, database, "hello".equals(command) ? "ismaster" : command, query);
		}

	}

}
