package io.dbinit.testing;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mongodb.MongoDBContainer;

import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * The MongoDB server of the tests: the one that {@value #VARIABLE} names, else
 * {@code mongod} on the path, else a container, else a server of its protocol in this
 * JVM. What it cannot do is asked from it.
 */
public final class MongoDb {

	private static final String VARIABLE = "DB_INIT_TEST_MONGODB_URI";

	private static final String IMAGE = "mongo:7.0";

	private static final String HOW_TO_RUN = "set %s, put mongod on the PATH, or start Docker".formatted(VARIABLE);

	private static final MongoDb server = start();

	private final String uri;

	private final String description;

	private final MongoClient client;

	private MongoDb(String kind, String uri) {
		this.uri = uri;
		this.client = MongoClients.create(uri);
		String version = this.client.getDatabase("admin").runCommand(command("buildInfo: 1")).getString("version");
		this.description = "%s, which says that it is version %s".formatted(kind, version);
		TestSummary.server("MongoDB: " + this.description);
		Runtime.getRuntime().addShutdownHook(new Thread(this.client::close));
	}

	/**
	 * Return what server it is.
	 * @return its kind and version
	 */
	public static String description() {
		return server.description;
	}

	/**
	 * Return a client of the server, for all tests.
	 * @return the client, not to be closed
	 */
	public static MongoClient client() {
		return server.client;
	}

	/**
	 * Return the settings of that client.
	 * @return the settings
	 */
	public static MongoClientSettings settings() {
		return MongoClientSettings.builder().applyConnectionString(new ConnectionString(server.uri)).build();
	}

	/**
	 * Return the connection string of a database on the server.
	 * @param database the name of the database
	 * @return the connection string
	 */
	public static String uri(String database) {
		int hosts = server.uri.indexOf("://") + 3;
		int path = server.uri.indexOf('/', hosts);
		int query = server.uri.indexOf('?', hosts);
		String options = (query != -1) ? server.uri.substring(query) : "";
		String authority = Stream.of(path, query)
			.filter((index) -> index != -1)
			.min(Integer::compare)
			.map((end) -> server.uri.substring(0, end))
			.orElse(server.uri);
		boolean login = authority.contains("@") && !options.contains("authSource=");
		options += login ? (options.isEmpty() ? "?" : "&") + "authSource=admin" : "";
		return authority + "/" + database + options;
	}

	/**
	 * Return the name of a database that is not there.
	 * @return the name
	 */
	public static String database() {
		return "test_" + UUID.randomUUID().toString().substring(0, 8);
	}

	/**
	 * Skip the test if the server cannot do something.
	 * @param ability what the test needs
	 */
	public static void assumeCan(Ability ability) {
		Assumptions.assumeTrue(() -> can(ability), () -> "This MongoDB server has no %s; %s"
			.formatted(ability.name().toLowerCase(Locale.ROOT).replace('_', ' '), HOW_TO_RUN));
	}

	/**
	 * Skip the test if the server can do something.
	 * @param ability what the test needs the absence of
	 */
	public static void assumeCannot(Ability ability) {
		Assumptions.assumeFalse(() -> can(ability),
				() -> "This MongoDB server has " + ability.name().toLowerCase(Locale.ROOT).replace('_', ' '));
	}

	/**
	 * Return whether the server can do something.
	 * @param ability what to ask for
	 * @return whether it can
	 */
	public static boolean can(Ability ability) {
		MongoDatabase database = client().getDatabase(database());
		try {
			ability.probe.accept(database);
			return true;
		}
		catch (MongoException | IllegalStateException ex) {
			return false;
		}
		finally {
			drop(database);
		}
	}

	/**
	 * Drop a database, as far as the server can.
	 * @param database the database
	 */
	public static void drop(MongoDatabase database) {
		try {
			database.drop();
		}
		catch (MongoException ex) {
			// The in-JVM server stumbles over some indexes; nobody uses this name again
		}
	}

	/**
	 * What not every server of this protocol can do.
	 */
	public enum Ability {

		/** Commits several documents at once. */
		TRANSACTIONS((database) -> {
			database.createCollection("c");
			try (ClientSession session = client().startSession()) {
				session.startTransaction();
				database.getCollection("c").insertOne(session, new org.bson.Document());
				session.commitTransaction();
			}
		}),

		/** Refuses documents that do not match a collection's validator. */
		VALIDATORS((database) -> {
			database.runCommand(command("create: 'c', validator: { $jsonSchema: { bsonType: 'object' } }"));
			org.bson.Document options = database.listCollections().first().get("options", org.bson.Document.class);
			if (!options.containsKey("validator")) {
				throw new IllegalStateException("The validator was ignored");
			}
		}),

		/** All keywords of JSON Schema that MongoDB has. */
		WHOLE_JSON_SCHEMA((database) -> {
			VALIDATORS.probe.accept(database);
			database.runCommand(command("create: 'd', validator: { $jsonSchema: { required: [ 'a' ] } }"));
		}),

		/** Changes collections and indexes that are there. */
		COLL_MOD((database) -> {
			database.runCommand(command(
					"createIndexes: 'c', indexes: [ " + "{ key: { a: 1 }, name: 'a_1', expireAfterSeconds: 1 } ]"));
			database
				.runCommand(command("collMod: 'c', index: { name: 'a_1', expireAfterSeconds: { $numberLong: '2' } }"));
		}),

		/** Indexes that the planner does not see. */
		HIDDEN_INDEXES(index("key: { a: 1 }, name: 'a', hidden: true")),

		/** Indexes with the comparison of a language. */
		COLLATIONS(index("key: { a: 1 }, name: 'a', collation: { locale: 'de' }")),

		/** Indexes on fields of any name. */
		WILDCARD_INDEXES(index("key: { '$**': 1 }, name: 'a'")),

		/** Full text. */
		TEXT_INDEXES(index("key: { a: 'text' }, name: 'a', weights: { a: 3 }")),

		/** Collections of a fixed size. */
		CAPPED_COLLECTIONS((database) -> database.runCommand(command("create: 'c', capped: true, size: 4096"))),

		/** Ends sessions, with their transactions. */
		ENDING_OF_SESSIONS((database) -> client().getDatabase("admin")
			.runCommand(command("killSessions: [ { id: { $uuid: '%s' } } ]".formatted(UUID.randomUUID())))),

		/** Lists operations with the names of their clients. */
		CURRENT_OPERATIONS((database) -> {
			org.bson.Document operation = client().getDatabase("admin")
				.aggregate(List.of(command("$currentOp: { allUsers: false }"), command("$match: { active: true }")))
				.first();
			if (operation == null || !operation.containsKey("clientMetadata")) {
				throw new IllegalStateException("The server does not tell who runs an operation");
			}
		});

		private final Consumer<MongoDatabase> probe;

		Ability(Consumer<MongoDatabase> probe) {
			this.probe = probe;
		}

		private static Consumer<MongoDatabase> index(String index) {
			return (database) -> database.runCommand(command("createIndexes: 'c', indexes: [ { " + index + " } ]"));
		}

	}

	private static BsonDocument command(String json) {
		return BsonDocument.parse("{ " + json + " }");
	}

	private static MongoDb start() {
		String uri = System.getenv(VARIABLE);
		if (StringUtils.hasText(uri)) {
			return new MongoDb("the server that " + VARIABLE + " names", uri);
		}
		Path mongod = onPath("mongod");
		if (mongod != null) {
			return new MongoDb(mongod.toString(), run(mongod));
		}
		if (DockerClientFactory.instance().isDockerAvailable()) {
			MongoDBContainer container = new MongoDBContainer(IMAGE).withReplicaSet();
			container.start();
			return new MongoDb("a container of " + IMAGE, container.getReplicaSetUrl());
		}
		MongoServer inJvm = new MongoServer(new Backend());
		return new MongoDb("the in-JVM server, which is no MongoDB (" + HOW_TO_RUN + ")",
				inJvm.bindAndGetConnectionString());
	}

	private static Path onPath(String program) {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((folder) -> Path.of(folder, program))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	/**
	 * A replica set of one, as only that has transactions.
	 */
	private static String run(Path mongod) {
		try (ServerSocket socket = new ServerSocket(0)) {
			int port = socket.getLocalPort();
			socket.close();
			Path data = Files.createTempDirectory("mongod");
			Process process = new ProcessBuilder(mongod.toString(), "--dbpath", data.toString(), "--port", "" + port,
					"--bind_ip", "127.0.0.1", "--replSet", "rs0")
				.redirectErrorStream(true)
				.redirectOutput(data.resolve("mongod.log").toFile())
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, data)));
			String host = "127.0.0.1:" + port;
			try (MongoClient client = MongoClients.create("mongodb://" + host + "/?directConnection=true")) {
				client.getDatabase("admin")
					.runCommand(command(
							"replSetInitiate: { _id: 'rs0', members: [ { _id: 0, host: '%s' } ] }".formatted(host)));
			}
			return "mongodb://" + host + "/?replicaSet=rs0";
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void stop(Process process, Path data) {
		process.destroy();
		try {
			process.waitFor(10, TimeUnit.SECONDS);
			FileSystemUtils.deleteRecursively(data);
		}
		catch (InterruptedException | IOException ex) {
			process.destroyForcibly();
		}
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
