package io.dbinit.mongodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import io.dbinit.Database;
import io.dbinit.DatabaseSession;
import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.PlanRecord;
import io.dbinit.Report.RunReport;
import io.dbinit.SessionLeaseStore;
import io.dbinit.lock.Lease;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * A database of a MongoDB server. Its collection {@value #COLLECTION} keeps the records
 * of the starter: the marker, the lock, the runs, and the changes in doubt.
 */
public final class MongoDbDatabase implements Database {

	/** The collection in which everything of ours is kept. */
	public static final String COLLECTION = "_system_init";

	static final Bson IS_MARKER = Filters.eq("_id", "database_init");

	/** The newest run, in the marker. */
	static final String RUN = "run";

	/** The changes that were begun and are not concluded, in the marker. */
	static final String CHANGES = "changes";

	private final String name;

	private final MongoClient client;

	private final @Nullable MongoClientSettings settings;

	private final String database;

	private volatile @Nullable Server server;

	/**
	 * Create a store. Nothing is connected to.
	 * @param name the name under which the database is reported
	 * @param client the application's client
	 * @param settings the settings of that client, from which other clients are created;
	 * {@code null} if they are not known, so that the application's client is used
	 * @param database the name of the database on its server
	 */
	public MongoDbDatabase(String name, MongoClient client, @Nullable MongoClientSettings settings, String database) {
		this.name = name;
		this.client = client;
		this.settings = settings;
		this.database = database;
	}

	@Override
	public String name() {
		return this.name;
	}

	/**
	 * Return the application's client.
	 * @return the client
	 */
	public MongoClient client() {
		return this.client;
	}

	@Override
	public boolean isReachedThrough(Object client) {
		return client == this.client;
	}

	@Override
	public Marker look(Duration timeout) {
		return look(timeout, "", List.of());
	}

	@Override
	public Marker look(Duration timeout, String application, List<Ledger> ledgers) {
		try {
			MongoDatabase database = this.client.getDatabase(this.database)
				.withReadPreference(ReadPreference.primaryPreferred())
				.withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
			ApplicationRecords records = new ApplicationRecords(application);
			MongoLedgers digests = new MongoLedgers(ledgers);
			Document marker = find(database, records, digests);
			if (marker != null) {
				ApplicationRecords.layout(marker).requireReadableBy(this.name, ApplicationRecords.VERSION);
				return marker(database, records, marker, digests.digests(marker));
			}
			Server server = server(database);
			return Marker.none(server.product(), server.readOnly());
		}
		catch (MongoException ex) {
			throw MongoErrors.translate(this.name, ex, this.client.getClusterDescription().getServerDescriptions());
		}
	}

	private Marker marker(MongoDatabase database, ApplicationRecords records, Document marker,
			Map<Ledger, String> ledgers) {
		Map<String, List<String>> others = Map.of();
		if (records.isNew(marker)) {
			Document all = find(database, fields(ApplicationRecords.APPLICATIONS));
			others = (all != null) ? records.others(all) : others;
		}
		return MongoDocuments.marker(marker, records.in(marker), ledgers, others, isSecondary());
	}

	/**
	 * A server that refuses the aggregation is read without the ledgers.
	 */
	private static @Nullable Document find(MongoDatabase database, ApplicationRecords records, MongoLedgers ledgers) {
		Bson fields = fields(records.path());
		if (ledgers.isEmpty()) {
			return find(database, fields);
		}
		List<Bson> stages = new ArrayList<>(List.of(Aggregates.match(IS_MARKER), Aggregates.project(fields)));
		stages.addAll(ledgers.stages());
		try {
			return database.getCollection(COLLECTION).aggregate(stages).first();
		}
		catch (MongoCommandException ex) {
			return find(database, fields);
		}
	}

	private static @Nullable Document find(MongoDatabase database, Bson fields) {
		return database.getCollection(COLLECTION).find(IS_MARKER).projection(fields).first();
	}

	private static Bson fields(String records) {
		return Projections.include("product", "created_at", "environment", "version", "required_version", "complete",
				"steps", "versions", ApplicationRecords.RELEASE, records);
	}

	/**
	 * Only a client that is connected to a secondary and nothing else has to do without a
	 * primary. Known from the handshake, so that it costs no round trip.
	 */
	private boolean isSecondary() {
		List<ServerDescription> servers = this.client.getClusterDescription().getServerDescriptions();
		return servers.size() == 1 && servers.get(0).getType() == ServerType.REPLICA_SET_SECONDARY;
	}

	private Server server(MongoDatabase database) {
		Server server = this.server;
		if (server == null) {
			server = Server.ask(database);
			this.server = server;
		}
		return server;
	}

	@Override
	public SessionLeaseStore leases() {
		MongoConnections connections = new MongoConnections(this.client, this.settings, this.database);
		return new MongoLeaseStore(this.name, connections, (store, lease) -> new MongoSession(this.name, this.database,
				connections, store, server(connections.control()), lease));
	}

	@Override
	public Optional<Lease> holder() {
		try {
			return MongoLeaseStore.holder(this.client.getDatabase(this.database).getCollection(COLLECTION));
		}
		catch (MongoException ex) {
			return Optional.empty();
		}
	}

	@Override
	public List<PlanRecord> plans(String application) {
		return new PlanDocuments(this.client.getDatabase(this.database).getCollection(COLLECTION),
				new ApplicationRecords(application))
			.plans();
	}

	/**
	 * Without a lock, the application's client is good enough to read.
	 */
	@Override
	public DatabaseSession openReadOnly() {
		return new MongoReadOnlySession(this.name, this.client, this.client.getDatabase(this.database));
	}

	@Override
	public List<RunReport> history(int limit) {
		MongoCollection<Document> collection = this.client.getDatabase(this.database).getCollection(COLLECTION);
		List<RunReport> runs = new ArrayList<>();
		Document marker = collection.find(IS_MARKER).first();
		if (marker != null && marker.containsKey(RUN)) {
			runs.add(MongoDocuments.run(marker.get(RUN, Document.class)));
		}
		collection.find(Filters.eq("type", "run"))
			.sort(Sorts.descending("started_at"))
			.limit(limit)
			.map(MongoDocuments::run)
			.into(runs);
		return runs.stream().distinct().limit(limit).toList();
	}

	/**
	 * Abilities of a server.
	 *
	 * @param product the product and its version
	 * @param readOnly whether it refuses writes
	 * @param transactions whether it is a replica set or a sharded cluster
	 */
	record Server(String product, boolean readOnly, boolean transactions) {

		private static final int COMMAND_NOT_FOUND = 59;

		static Server ask(MongoDatabase database) {
			Document hello = hello(database);
			Document build = database.runCommand(new Document("buildInfo", 1));
			boolean primary = hello.getBoolean("isWritablePrimary", hello.getBoolean("ismaster", true));
			return new Server("MongoDB " + build.getString("version"), !primary,
					hello.containsKey("setName") || "isdbgrid".equals(hello.getString("msg")));
		}

		/**
		 * Servers before 4.4 know the command by its older name.
		 */
		private static Document hello(MongoDatabase database) {
			try {
				return database.runCommand(new Document("hello", 1));
			}
			catch (MongoCommandException ex) {
				if (ex.getErrorCode() != COMMAND_NOT_FOUND) {
					throw ex;
				}
				return database.runCommand(new Document("isMaster", 1));
			}
		}

	}

}
