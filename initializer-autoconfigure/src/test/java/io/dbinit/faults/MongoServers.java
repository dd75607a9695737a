package io.dbinit.faults;

import java.util.concurrent.atomic.AtomicInteger;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;

/**
 * The MongoDB server of the suite: the one that an environment variable names, or the one
 * in this JVM.
 */
final class MongoServers {

	private static final String URI = System.getenv().getOrDefault("DB_INIT_TEST_MONGODB_URI", "");

	private static final AtomicInteger counter = new AtomicInteger();

	private MongoServers() {
	}

	static boolean isReal() {
		return !URI.isEmpty();
	}

	/**
	 * Return the URI of a new database.
	 */
	static String create() {
		String name = "faults_%d_%d".formatted(ProcessHandle.current().pid(), counter.incrementAndGet());
		String uri = isReal() ? URI : InJvm.URI;
		int query = uri.indexOf('?');
		String server = ((query < 0) ? uri : uri.substring(0, query)).replaceFirst("(//[^/]*)/.*", "$1");
		String options = (query < 0) ? "" : uri.substring(query + 1);
		if (uri.contains("@") && !options.contains("authSource")) {
			options += (options.isEmpty() ? "" : "&") + "authSource=admin";
		}
		// Otherwise the driver finds the server's own address, and goes around the proxy
		if (!options.contains("directConnection")) {
			options += (options.isEmpty() ? "" : "&") + "directConnection=true";
		}
		return server + "/" + name + "?" + options;
	}

	static String database(String uri) {
		return new ConnectionString(uri).getDatabase();
	}

	static void drop(String uri) {
		try (MongoClient client = MongoClients.create(uri)) {
			client.getDatabase(database(uri)).drop();
		}
	}

	static String version() {
		if (!isReal()) {
			return "mongo-java-server, in the JVM of the tests";
		}
		try (MongoClient client = MongoClients.create(create())) {
			MongoDatabase admin = client.getDatabase("admin");
			String version = admin.runCommand(new org.bson.Document("buildInfo", 1)).getString("version");
			org.bson.Document hello = admin.runCommand(new org.bson.Document("hello", 1));
			return (hello.containsKey("internal") ? "DocumentDB, which says that it is MongoDB " : "MongoDB ")
					+ version;
		}
	}

	private static final class InJvm {

		private static final String URI = new MongoServer(new Backend()).bindAndGetConnectionString();

	}

	/**
	 * Answers {@code hello} as it does {@code ismaster}.
	 */
	private static final class Backend extends MemoryBackend {

		@Override
		public Document handleCommand(Channel channel, String database, String command, Document query) {
			return super.handleCommand(channel, database, "hello".equals(command) ? "ismaster" : command, query);
		}

	}

}
